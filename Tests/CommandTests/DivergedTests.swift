import Testing

@testable import GenerativeModels
@testable import gputrain

/// The message of a divergence: it has the step and the last checkpoint, whether the cause was
/// found or not.
@Suite struct DivergedTests {
  @Test func aRepetitionThatFails() {
    let causes: [(Result<DivergenceCause?, any Error>, String)] = [
      (.success(nil), "kl was not finite, though all else was when the step was repeated"),
      (
        .failure(Divergence(step: 5, term: "reconstruction")),
        "kl is not finite; repeated, the training diverged at step 5 already"
      ),
      (
        .failure(InputError(description: "last.safetensors is damaged")),
        "kl is not finite; the cause was not found: last.safetensors is damaged"
      ),
    ]
    for (cause, words) in causes {
      let error = Diverged(Divergence(step: 7, term: "kl"), explained: cause, last: "LAST")
      #expect(
        error.description == """
          the training diverged at step 7: \(words); LAST; start over with a smaller \
          --learning-rate or another --seed
          """)
      #expect(ExitStatus(of: error) == .diverged)
    }
  }
}
