import Testing

@testable import GenerativeModels

/// The conditions for warnings.
@Suite struct TrainingWarningTests {
  private let images: [Float] = [0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1]  // (6, 2)

  @Test func onlyALeadIsPassedOverAfterAVictory() {
    #expect(TrainingWarning.discriminatorAhead.graver == .discriminatorWon)
    for warning in [TrainingWarning.discriminatorWon, .generatorCollapsed, .latentsUnused] {
      #expect(warning.graver == nil)
    }
  }

  @Test func samplesThatAreNearlyOneImage() {
    func seen(_ samples: [Float], steps: Int = 4000) -> TrainingWarning? {
      TrainingWarning.seen(inSamples: samples, of: images, pixels: 2, after: steps)
    }
    #expect(seen([0.5, 0.5, 0.6, 0.6]) == .generatorCollapsed)
    #expect(seen([0.5, 0.5, 0.5, 0.5]) == .generatorCollapsed)
    #expect(seen([0.5, 0.5, 0.6, 0.6], steps: 3999) == nil)
    #expect(seen([0.2, 0.8, 0.7, 0.3]) == nil)
    // A few images that differ.
    #expect(seen([0, 1, 0, 1, 1, 0, 1, 0]) == nil)
  }

  @Test func latentsThatSayNothing() {
    func seen(_ means: [Float], _ logVariances: [Float], steps: Int = 4000) -> TrainingWarning? {
      TrainingWarning.seen(inMeans: means, logVariances: logVariances, latent: 3, after: steps)
    }
    let nothing: [Float] = [0, 0, 0, 0, 0, 0]
    #expect(seen(nothing, nothing) == .latentsUnused)
    #expect(seen(nothing, nothing, steps: 100) == nil)
    #expect(seen([1, 0, 0.01, -1, 0, 0], [-2, 0, 0, -2, 0, 0.01]) == .latentsUnused)
    #expect(seen([1, 0, 0.01, -1, 0, 0], [-2, -1, 0, -2, -1, 0.01]) == nil)
    #expect(seen([1, 1, 0, -1, -1, 0], nothing) == nil)
  }
}
