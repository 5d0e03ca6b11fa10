import SafeTensors
import TestSupport
import Testing

@testable import GenerativeModels

/// Weights that other programs saved: their names and their types.
@Suite struct CheckpointTests {
  private static let network = Network(prefix: "net", input: 2) { Linear("fc", to: 1) }

  private static func file(_ tensors: [(name: String, floats: [Float])]) -> Checkpoint {
    Checkpoint(
      file: SafeTensorsFile(
        tensors: tensors.map { name, floats in
          SafeTensor(
            name: name, shape: name.hasSuffix("weight") ? [1, 2] : [floats.count], floats: floats)
        }))
  }

  private func values(_ checkpoint: Checkpoint) throws -> [[Float]] {
    let set = ParameterSet(try testContext(), of: Self.network)
    #expect(try checkpoint.restore(set) == [])
    return try set.parameters.map { try $0.value.floats() }
  }

  @Test(arguments: [
    "net.fc.", "_orig_mod.net.fc.", "module.net.fc.", "module._orig_mod.net.fc.",
    "_orig_mod.module.net.fc.", "net._orig_mod.fc.", "net.module.fc._orig_mod.",
  ])
  func namesWithinWrappersAreFound(prefix: String) throws {
    let checkpoint = Self.file([(prefix + "weight", [1, 2]), (prefix + "bias", [3])])
    #expect(try values(checkpoint) == [[1, 2], [3]])
  }

  @Test(arguments: ["model.net.fc.", "modulenet.fc.", "net.fc.weight.", "fc."])
  func otherNamesDoNotMatch(prefix: String) {
    let checkpoint = Self.file([(prefix + "weight", [1, 2]), (prefix + "bias", [3])])
    #expect(throws: CheckpointError(description: "it has no tensor 'net.fc.weight'")) {
      try checkpoint.check([Self.network])
    }
  }

  @Test func theNameItselfComesFirst() throws {
    let checkpoint = Self.file([
      ("module.net.fc.weight", [8, 9]), ("net.fc.weight", [1, 2]), ("net.fc.bias", [3]),
    ])
    #expect(try values(checkpoint) == [[1, 2], [3]])
  }

  @Test func ambiguousNamesAreRefused() {
    let checkpoint = Self.file([
      ("module.net.fc.weight", [8, 9]), ("_orig_mod.net.fc.weight", [1, 2]), ("net.fc.bias", [3]),
    ])
    #expect(
      throws: CheckpointError(
        description: "its tensors 'module.net.fc.weight' and '_orig_mod.net.fc.weight' may each be "
          + "'net.fc.weight'; save one of them alone")
    ) { try checkpoint.check([Self.network]) }
  }

  @Test func otherTypesOfFloatsAreConvertedAndNamed() throws {
    let set = ParameterSet(try testContext(), of: Self.network)
    let checkpoint = Checkpoint(
      file: SafeTensorsFile(tensors: [
        SafeTensor(
          name: "net.fc.weight", elementType: .float16, shape: [1, 2], data: [0, 0x3C, 1, 0]),
        SafeTensor(name: "net.fc.bias", elementType: .bfloat16, shape: [1], data: [0x49, 0xC0]),
        SafeTensor(name: "other", elementType: .float64, shape: [0], data: []),
      ]))
    try checkpoint.check([Self.network])
    #expect(try checkpoint.restore(set) == ["BF16", "F16"])
    #expect(try set.parameters.map { try $0.value.floats() } == [[1, 0x1p-24], [-3.140625]])
  }

  @Test(arguments: [1e300, -1e300, 0x1.ffffffp127, .infinity, .nan])
  func doublesBeyondFloatsAreRefused(number: Double) {
    let checkpoint = Checkpoint(
      file: SafeTensorsFile(tensors: [
        SafeTensor(name: "net.fc.weight", shape: [1, 2], floats: [1, 2]),
        SafeTensor(
          name: "net.fc.bias", elementType: .float64, shape: [1],
          data: withUnsafeBytes(of: number) { [UInt8]($0) }),
      ]))
    #expect(
      throws: CheckpointError(
        description: "its tensor 'net.fc.bias' has numbers that are infinite or not a number "
          + "as 32-bit floats")
    ) { try checkpoint.check([Self.network]) }
  }

  @Test func integersAreRefused() {
    let checkpoint = Checkpoint(
      file: SafeTensorsFile(tensors: [
        SafeTensor(
          name: "net.fc.weight", elementType: .int16, shape: [1, 2], data: [1, 0, 1, 0])
      ]))
    #expect(
      throws: CheckpointError(
        description: "its tensor 'net.fc.weight' is I16 [1, 2], not F32 [1, 2]; save it as "
          + "32-bit floats")
    ) { try checkpoint.check([Self.network]) }
  }
}
