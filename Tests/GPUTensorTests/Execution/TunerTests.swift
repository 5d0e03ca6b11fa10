import Foundation
import GPUTensor
import TestSupport
import Testing

@Suite struct TunerTests {
  /// Records two products, one of them twice.
  private func record(on context: Context) throws -> CommandList {
    let list = CommandList(context)
    let a = Tensor(context, [32, 64], zeros: true, label: "a")
    let b = Tensor(context, [64, 48], zeros: true, label: "b")
    let c = Tensor(context, [64, 48], label: "c")
    let sums = Tensor(context, [48], zeros: true, label: "sums")
    let products = Tensor(context, [32, 48], label: "products")
    for name in ["first", "second"] {
      list.gemmNN(name, a, b, epilogue: .output(bias: sums, .relu, nil), into: products)
    }
    list.gemmTN("weight", a, products, into: c, columnSums: sums)
    return list
  }

  @Test func findsAVariantForEachOperation() throws {
    let context = try testContext(family: .register, profiling: true)
    let result = try Tuner(on: context) { .init([try record(on: context)]) }.run(seconds: 1)
    #expect(
      Set(result.findings.map(\.operation)) == ["gemm_nn 32×48×64", "gemm_tn 64×48×32"])
    for finding in result.findings {
      #expect(finding.variants.contains(finding.variant) && finding.variants.count > 1)
      #expect(finding.defaultMs > 0 && finding.ms > 0 && finding.ms <= finding.defaultMs)
      #expect(result.tuning[finding.operation] ?? finding.variants[0] == finding.variant)
    }
    #expect(result.rounds >= 1 && result.ms <= result.defaultMs)
    #expect(context.tuning == [:], "the tuner restores the tuning")
  }

  /// The time is over before a second round could end.
  @Test func triesAtLeastOneOtherVariant() throws {
    let context = try testContext(family: .register, profiling: true)
    let result = try Tuner(on: context) { .init([try record(on: context)]) }.run(seconds: 0)
    #expect(result.rounds == 1)
  }

  /// A variant whose kernel does not build is skipped, even if other variants are tried with it.
  @Test func skipsVariantsThatTheDeviceRefuses() throws {
    let standard = try #require(try record(on: try testContext(family: .register)).launches.last)
    let rows = try #require(standard.variant.options["TILE_M"])
    let folder = try kernelFolder(changing: "gemm.cl") {
      $0 + "#if TILE_M != \(rows)\n#error refused\n#endif\n"
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let context = try testContext(
      kernelSources: .folder(folder), family: .register, profiling: true)
    let result = try Tuner(on: context) { .init([try record(on: context)]) }.run(seconds: 1)
    #expect(result.tuning == [:] && result.findings.count == 2)
  }
}
