import Testing

@testable import Reports

struct AxisTicksTests {
  @Test func roundNumbers() {
    let ticks = AxisTicks(covering: [93.2, 187.5], rounded: true, target: 6)
    #expect(ticks.labels == ["80", "100", "120", "140", "160", "180", "200"])
    #expect(ticks.low == 80)
    #expect(ticks.high == 200)
  }

  @Test func fractions() {
    let ticks = AxisTicks(covering: [0, 0.3], rounded: true, target: 6)
    #expect(ticks.labels == ["0", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"])
  }

  @Test func anUnroundedAxisKeepsItsEnds() {
    let ticks = AxisTicks(covering: [1, 100], rounded: false, target: 8)
    #expect(ticks.low == 1)
    #expect(ticks.high == 100)
    #expect(ticks.labels == ["20", "40", "60", "80", "100"])
  }

  @Test func epochsAreWhole() {
    let ticks = AxisTicks(covering: [1, 2, 3], rounded: false, target: 8)
    #expect(ticks.labels == ["1", "2", "3"])
    #expect(AxisTicks(covering: [1], rounded: false, target: 8).labels == ["1"])
  }

  @Test func negativeAndMixed() {
    let ticks = AxisTicks(covering: [-1, 1], rounded: true, target: 6)
    #expect(ticks.labels == ["-1.0", "-0.5", "0", "0.5", "1.0"])
  }

  @Test func nothingAndConstants() {
    #expect(AxisTicks(covering: [], rounded: true, target: 6).low == 0)
    for value in [0, 0.5, -3, 1e-99, 1e100, -1e100, 1e-300] {
      let ticks = AxisTicks(covering: [value, value], rounded: true, target: 6)
      #expect(ticks.low < value && value < ticks.high)
      #expect(ticks.values.count >= 3)
    }
  }

  @Test func logarithmicTicksAreRoundNumbersAround() {
    func ticks(_ values: [Double]) -> AxisTicks {
      AxisTicks(logarithmicallyCovering: values, target: 6)
    }
    let narrow = ticks([3, 40])
    #expect(narrow.labels == ["2", "5", "10", "20", "50"])
    #expect(narrow.low == 2 && narrow.high == 50)
    #expect(narrow.part(2) == 0 && narrow.part(50) == 1 && abs(narrow.part(10) - 0.5) < 1e-12)
    #expect(ticks([0.03, 2500]).labels == ["0.1", "1", "10", "100", "1000"])
    #expect(ticks([1e-20, 1e20]).values.count <= 7)
    #expect(ticks([]).labels == ["1", "2", "5", "10"])
    for value in [1e-100, 1, 7, 1e100] {
      let single = ticks([value])
      #expect(single.low <= value * (1 + 1e-9) && value < single.high && !single.values.isEmpty)
    }
  }

  @Test func extremesAreWrittenWithExponents() {
    let large = AxisTicks(covering: [0, 4e6], rounded: true, target: 4)
    #expect(large.labels == ["0", "1e+06", "2e+06", "3e+06", "4e+06"])
    let small = AxisTicks(covering: [1e-5, 3e-5], rounded: true, target: 4)
    #expect(small.labels == ["1.0e-05", "1.5e-05", "2.0e-05", "2.5e-05", "3.0e-05"])
  }

  @Test(arguments: [(0.0, 1.0), (-7.3, 1e6), (2.9999999, 3), (-1e100, 1e100), (1e-90, 3e-90)])
  func ticksAscendInsideTheRange(low: Double, high: Double) {
    for rounded in [false, true] {
      let ticks = AxisTicks(covering: [high, low], rounded: rounded, target: 6)
      #expect(ticks.low <= low && ticks.high >= high)
      #expect((2...9).contains(ticks.values.count))
      #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
      let slack = 1e-6 * (ticks.high - ticks.low)
      #expect(ticks.values.allSatisfy { $0 >= ticks.low - slack && $0 <= ticks.high + slack })
      #expect(Set(ticks.labels).count == ticks.labels.count)
    }
  }

  @Test func drawable() {
    #expect(AxisTicks.isDrawable(-1e100))
    #expect(!AxisTicks.isDrawable(1e101))
    #expect(!AxisTicks.isDrawable(.nan))
    #expect(!AxisTicks.isDrawable(.infinity))
  }
}
