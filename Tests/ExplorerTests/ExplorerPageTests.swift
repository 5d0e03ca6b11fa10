import Foundation
import GenerativeModels
import KnownDatasets
import Testing

@testable import Explorer

/// The page as a document. `scripts/check-explore` uses it in a browser.
struct ExplorerPageTests {
  private static let made = Result {
    let model = try VAE(
      name: "<small>",
      encoder: Network(prefix: "e", input: 4, labels: 2) { Linear("fc", to: 4) },
      decoder: Network(prefix: "d", input: 2, labels: 2) {
        Linear("fc", to: 4); Sigmoid()
      })
    let weights = PageWeights(
      values: [
        "d.fc.weight": [Float](repeating: 1, count: 16), "d.fc.bias": [1, 2, 3, 4],
      ],
      isHalf: false)
    return try ExplorerPage(
      of: model, classes: ["</script><b>", "é \"two\""], weights: weights,
      directions: try LatentDirections(at: [0, 0], latent: 2) { latents, _ in latents + latents },
      subject: "after epoch 3"
    ).html
  }

  private func parts(of html: String, _ start: String, _ end: String) -> [String] {
    html.components(separatedBy: start).dropFirst().map {
      $0.components(separatedBy: end)[0]
    }
  }

  @Test func namesAreEscaped() throws {
    let html = try Self.made.get()
    #expect(html.contains("<title>The latent space of &lt;small&gt;, after epoch 3</title>"))
    #expect(!html.contains("<b>") && !html.contains("<small>"))
    let json = try #require(
      parts(of: html, "<script type=\"application/json\" id=\"model\">", "</script>").first)
    let model = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(model["classes"] as? [String] == ["</script><b>", "é \"two\""])
    #expect(model["latent"] as? Int == 2)
  }

  /// A browser runs and applies only what has the hashes of the policy.
  @Test func thePolicyAllowsTheScriptAndTheStyleAlone() throws {
    let html = try Self.made.get()
    let policy = try #require(
      parts(of: html, "http-equiv=\"Content-Security-Policy\" content=\"", "\"").first)
    for (start, end, source) in [
      ("<script>", "</script>", "script-src"), ("<style>", "</style>", "style-src"),
    ] {
      let texts = parts(of: html, start, end)
      #expect(texts.count == 1)
      let hash = Digest.sha256.base64(of: [Array(texts[0].utf8)])
      #expect(policy.contains("\(source) 'sha256-\(hash)'"))
    }
    #expect(policy.hasPrefix("default-src 'none';"))
    #expect(html.components(separatedBy: "<script").count == 4)
    for foreign in ["http:", "https:", "<link", "@import", "url(", "src=", "style=", "fetch("] {
      #expect(!html.contains(foreign), "\(foreign)")
    }
  }
}
