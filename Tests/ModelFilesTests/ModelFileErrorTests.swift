import Foundation
import GenerativeModels
import ModelFiles
import Testing

/// Model files that cannot be used: one line that names the file, the line and the layer.
@Suite struct ModelFileErrorTests {
  private static let good = """
    name: small
    kind: vae
    image: {height: 28, width: 28, channels: 1}
    latent: 4
    encoder:
      - conv2d: {name: conv, to: 3, stride: 2}
      - relu
      - dropout2d: 0.25
      - linear: {name: fc, to: 8}
    decoder:
      - linear: {name: fc, to: 588}
      - reshape: [14, 14, 3]
      - conv_transpose2d: {name: up, to: 1, stride: 2}
      - sigmoid
    training:
      batch_size: 8
      learning_rate: 0.001
    """

  private func expectError(
    _ bytes: [UInt8], _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: ModelFileError.self, sourceLocation: sourceLocation) {
      try ModelFile(parsing: bytes, path: "m.yaml").model()
    }
    let text = error?.description ?? ""
    #expect(text.hasPrefix(expected), "\(text)", sourceLocation: sourceLocation)
    #expect(!text.contains("\n"), sourceLocation: sourceLocation)
  }

  @Test func theGoodFileIsGood() throws {
    _ = try ModelFile(parsing: Array(Self.good.utf8), path: "m.yaml").model()
  }

  /// A part of the good file, what replaces it, and the error.
  @Test(arguments: [
    ("name: small\n", "", "m.yaml:1: 'name' is missing"),
    ("name: small", "name: a/b", "m.yaml:1: name must be a name of at most 64 letters"),
    ("name: small", "name: 7", "m.yaml:1: name must be a name; put 7 in double quotes"),
    ("name: small", "name: [small]", "m.yaml:1: name must be a name"),
    ("name: small", "name: dcgan", "m.yaml:1: it is not the built-in model of that name; choose"),
    ("kind: vae", "kind: flow", "m.yaml:2: kind must be vae or gan, not 'flow'"),
    ("kind: vae\n", "", "m.yaml:1: 'kind' is missing"),
    ("kind: vae", "kind: gan", "m.yaml:5: the description has no key 'encoder'; its keys are name"),
    ("image: {", "image: {depth: 3, ", "m.yaml:3: image has no key 'depth'; its keys are height"),
    ("width: 28, ", "", "m.yaml:3: image: 'width' is missing"),
    ("channels: 1", "channels: 5", "m.yaml:3: image: channels must be an integer from 1 to 4"),
    (
      "learning_rate: 0.001", "likelihood: laplace",
      "m.yaml:17: training: likelihood must be bernoulli or gaussian, not 'laplace'"
    ),
    ("latent: 4", "latent: 0", "m.yaml:4: latent must be an integer from 1 to 65536, not 0"),
    ("latent: 4", "latent: 4.5", "m.yaml:4: latent must be an integer from 1 to 65536, not 4.5"),
    ("latent: 4", "latent: 9999999999999999999999", "m.yaml:4: latent must be an integer from 1"),
    ("latent: 4", "latent: '4'", "m.yaml:4: latent must be an integer from 1 to 65536, not '4'"),
    (
      "latent: 4\n", "latent: 4\nlabels: 1\n",
      "m.yaml:5: labels must be 0 for none, or at least 2 classes"
    ),
    (
      "latent: 4\n", "latent: 4\nlabels: 257\n",
      "m.yaml:5: labels must be an integer from 0 to 256, not 257"
    ),
    ("latent: 4", "latents: 4", "m.yaml:4: the description has no key 'latents'"),
    (
      "latent: 4", "latent: 8",
      "m.yaml:9: encoder, layer 4: Linear \"fc\" gives 8 outputs; 8 latents need 16, a mean and a"
    ),
    (
      "latent: 4\n", "latent: 4\nprefixes: {coder: a}\n",
      "m.yaml:5: prefixes has no key 'coder'; its keys are encoder, decoder"
    ),
    (
      "latent: 4\n", "latent: 4\nprefixes: {encoder: optimizer.a}\n",
      "m.yaml:5: prefixes: encoder must not begin"
    ),
    (
      "latent: 4\n", "latent: 4\nprefixes: {encoder: '', decoder: ''}\n",
      "m.yaml:12: decoder, layer 1: Linear \"fc\" has the name of another layer"
    ),
    (
      "  - relu\n", "  - gelu\n", "m.yaml:7: encoder, layer 2: there is no layer 'gelu'; the layers"
    ),
    ("  - relu\n", "  - relu: 3\n", "m.yaml:7: encoder, layer 2, relu takes no fields"),
    ("  - relu\n", "  - [relu]\n", "m.yaml:7: encoder, layer 2 must be a word such as relu"),
    ("  - relu\n", "  - relu:\n    name: a\n", "m.yaml:7: encoder, layer 2 must be a word such as"),
    (
      "  - relu\n", "  - tanh\n  - relu\n", "m.yaml:8: encoder, layer 3: ReLU after Conv2D \"conv\""
    ),
    ("to: 3, ", "", "m.yaml:6: encoder, layer 1, conv2d: 'to' is missing"),
    ("to: 3, ", "kernal: 3, ", "m.yaml:6: encoder, layer 1, conv2d has no key 'kernal'; its keys"),
    (
      "to: 3, ", "to: 3, kernel: 9, ",
      "m.yaml:6: encoder, layer 1, conv2d: kernel must be an integer from 1 to 7, not 9"
    ),
    (
      "to: 3, ", "to: 3, bias: no, ",
      "m.yaml:6: encoder, layer 1, conv2d: bias must be true or false, not 'no'"
    ),
    ("to: 3, ", "to: 3, to: 4, ", "m.yaml:6: a key occurs again below: 'to'"),
    ("dropout2d: 0.25", "dropout2d: 1", "m.yaml:8: encoder, layer 3, dropout2d: probability must"),
    ("dropout2d: 0.25", "dropout2d:", "m.yaml:8: encoder, layer 3, dropout2d: 'probability' is"),
    ("dropout2d: 0.25", "dropout: 0.25", "m.yaml:8: encoder, layer 3: Dropout after Conv2D"),
    ("[14, 14, 3]", "[14, 14]", "m.yaml:12: decoder, layer 2, reshape: shape must be [features]"),
    ("[14, 14, 3]", "[0, 14, 3]", "m.yaml:12: decoder, layer 2, reshape: shape: an axis must be"),
    ("[14, 14, 3]", "[14, 14, 5]", "m.yaml:12: decoder, layer 2: Reshape after Linear \"fc\" does"),
    ("  - sigmoid\n", "", "m.yaml:13: decoder, layer 3: ConvTranspose2D \"up\" ends without"),
    ("batch_size: 8", "batch_size: 0", "m.yaml:16: training: batch_size must be an integer from"),
    ("batch_size: 8", "batchsize: 8", "m.yaml:16: training has no key 'batchsize'; its keys are"),
    ("rate: 0.001", "rate: 1.5", "m.yaml:17: training: learning_rate must be a number above 0"),
    ("rate: 0.001", "rate: .inf", "m.yaml:17: training: learning_rate must be a number above 0"),
    (
      "rate: 0.001", "rate: 0.001\n  stable: {discriminator_learning_rate: 0.1}",
      "m.yaml:18: training: stable: discriminator_learning_rate is only for a GAN; remove it"
    ),
    (
      "rate: 0.001", "rate: 0.001\n  real_label: 0.9",
      "m.yaml:18: training: real_label is only for a GAN; remove it"
    ),
    ("latent: 4", "latent:4", "m.yaml:4: a space is missing after ':'"),
    ("{name: conv", "{name:conv", "m.yaml:6: a space is missing after ':'"),
    ("- relu", "-relu", "m.yaml:7: a space is missing after '-'"),
    ("  - relu", "\t- relu", "m.yaml:7: the line begins with a tab; indent with spaces"),
    (
      "  - relu", " - relu",
      "m.yaml:7: it is not YAML: did not find expected key; look at this line and the one before it"
    ),
  ])
  func aFaultyPart(part: String, replacement: String, expected: String) {
    #expect(Self.good.contains(part))
    let text = Self.good.replacing(part, with: replacement, maxReplacements: 1)
    expectError(Array(text.utf8), expected)
  }

  @Test(arguments: [
    ("", "m.yaml: the file is empty"), ("# nothing\n", "m.yaml: the file is empty"),
    ("7", "m.yaml:1: the description must be a mapping of keys to values, not 7"),
    ("- name: a", "m.yaml:1: the description must be a mapping of keys to values, not a list"),
    ("name: a\nkind: [vae\n", "m.yaml:3: it is not YAML: "),
    ("name: a\n\tkind: vae", "m.yaml:"), ("name: a\u{7}", "m.yaml:1: it is not YAML: control"),
    ("name: a\n---\nname: b", "m.yaml:"), ("? [a]\n: b", "m.yaml:1: a key must be a word"),
    ("a: &b [1]\n", "m.yaml:1: anchors, aliases and tags (& * !) are not read"),
    ("a: 1\nb: [*a]", "m.yaml:2: anchors, aliases and tags"), ("a: !!str 1", "m.yaml:1: anchors"),
    ("a: \"b\nc\"", "m.yaml:1: quotes enclose only names"),
    ("a: \"b # \", *c", "m.yaml:1: quotes enclose only names"),
    ("a: 1\0", "m.yaml:1: it has a NUL byte, so it is not a text file"),
  ])
  func aFileThatIsNotADescription(text: String, expected: String) {
    expectError(Array(text.utf8), expected)
  }

  @Test func bytesThatAreNotText() {
    expectError([97, 58, 10, 0xFF, 10], "m.yaml:2: it is not UTF-8 text")
    expectError([0x1F, 0x8B, 8, 0], "m.yaml:1: it has a NUL byte")
  }

  /// Each alias would double the nodes; deep nesting would use up the stack.
  @Test func filesThatWouldGrow() {
    let bomb =
      "a0: &a0 [x]\n"
      + (1..<40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }
      .joined()
    expectError(Array(bomb.utf8), "m.yaml:1: anchors")
    expectError([UInt8](repeating: UInt8(ascii: "["), count: 1 << 20), "m.yaml:1: it is not YAML")
    expectError(Array(String(repeating: "- ", count: 1 << 19).utf8), "m.yaml:1: it is not YAML")
  }

  @Test func anImageThatTheLayersDoNotMake() {
    let text = """
      name: flat
      kind: gan
      image: {height: 28, width: 28, channels: 1}
      latent: 4
      generator: [{linear: {name: fc, to: 784}}, {reshape: [14, 56, 1]}]
      discriminator: [linear: {name: fc, to: 1}]
      """
    expectError(
      Array(text.utf8),
      "m.yaml:3: its layers make images of 14×56×1, and the description says 28×28×1")
  }

  /// Without a limit the shapes would overflow.
  @Test func mapsThatAreTooLarge() {
    let layers = (0..<30).map { "  - conv_transpose2d: {name: t\($0), to: 9, stride: 4}\n" }
    let text = Self.good.replacing("  - sigmoid\n", with: layers.joined() + "  - sigmoid\n")
    expectError(
      Array(text.utf8), "m.yaml:17: decoder, layer 7: ConvTranspose2D \"t3\" does not fit: its")
  }
}
