import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct SyntheticDigitsTests {
  static let sample = SyntheticDigits.make(seed: 1, trainCount: 2000, validationCount: 500)

  @Test func hasTheRequestedSizes() {
    #expect(Self.sample.name == "synthetic-digits")
    #expect(Self.sample.train.count == 2000)
    #expect(Self.sample.train.labels?.count == 2000)
    #expect(Self.sample.validation.count == 500)
    #expect(Self.sample.validation.labels?.count == 500)
    #expect(Self.sample.source.notes.isEmpty)
  }

  /// The hash guarantees that every machine draws the same pictures.
  @Test func theSameSeedGivesTheSameBytesEverywhere() {
    let small = SyntheticDigits.make(seed: 5, trainCount: 600, validationCount: 10)
    #expect(small == SyntheticDigits.make(seed: 5, trainCount: 600, validationCount: 10))
    #expect(small.contentHash == "381deaa75cc4ad57c256690a20b2d7b506beef3775594aa75337099e4db18f7a")
    let other = SyntheticDigits.make(seed: 6, trainCount: 600, validationCount: 10)
    #expect(other.contentHash != small.contentHash)
  }

  @Test func imagesDifferAndValidationIsNotTraining() {
    func images(_ set: ImageSet) -> Set<[UInt8]> {
      Set((0..<set.count).map { Array(set.pixels[$0 * 784..<($0 + 1) * 784]) })
    }
    let train = images(Self.sample.train)
    #expect(train.count == 2000)
    #expect(train.isDisjoint(with: images(Self.sample.validation)))
  }

  @Test func brightnessIsThatOfMNIST() {
    let pixels = Self.sample.train.pixels
    let mean = pixels.reduce(0) { $0 + Double($1) } / Double(pixels.count) / 255
    // MNIST: 0.1307.
    #expect(abs(mean - 0.13) < 0.02)
    #expect(pixels.max() == 255)
  }

  @Test func digitsAreBalancedAndCentred() {
    let set = Self.sample.train
    var tally = [Int](repeating: 0, count: 10)
    for label in set.labels ?? [] { tally[Int(label)] += 1 }
    #expect(tally.allSatisfy { abs($0 - 200) < 60 })
    for image in 0..<set.count {
      var (mass, x, y) = (0.0, 0.0, 0.0)
      for pixel in 0..<784 {
        let light = Double(set.pixels[image * 784 + pixel])
        mass += light
        x += light * (Double(pixel % 28) + 0.5)
        y += light * (Double(pixel / 28) + 0.5)
      }
      #expect(mass > 20 * 255, "image \(image)")
      #expect(abs(x / mass - 14) < 3 && abs(y / mass - 14) < 3, "image \(image)")
    }
  }

  /// Digits of one class must look alike: the nearest mean image classifies most digits correctly.
  @Test func labelsMatchTheDrawings() {
    let set = Self.sample.train
    let labels = set.labels ?? []
    var means = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 10)
    var tally = [Float](repeating: 0, count: 10)
    for image in 0..<set.count {
      let label = Int(labels[image])
      tally[label] += 1
      for pixel in 0..<784 { means[label][pixel] += Float(set.pixels[image * 784 + pixel]) }
    }
    for digit in 0..<10 { means[digit] = means[digit].map { $0 / tally[digit] } }
    let held = Self.sample.validation
    var right = 0
    for image in 0..<200 {
      let distances = means.map { mean in
        (0..<784).reduce(Float(0)) {
          let difference = mean[$1] - Float(held.pixels[image * 784 + $1])
          return $0 + difference * difference
        }
      }
      let nearest = distances.indices.min { distances[$0] < distances[$1] }
      if nearest == held.labels.map({ Int($0[image]) }) { right += 1 }
    }
    // MNIST itself reaches about 82 %.
    #expect(right > 150)
  }

  @Test func fewerImagesAreTheFirst() {
    let all = SyntheticDigits.make(trainCount: 30, validationCount: 4)
    for limit in [1, 7, 30, 31] {
      #expect(
        SyntheticDigits.make(trainCount: 30, validationCount: 4, limit: limit)
          == all.limited(to: limit))
    }
  }
}
