import Testing

@testable import gputrain

@Suite struct HeadingTests {
  @Test func aShortNameStaysOnTheLine() {
    #expect(
      heading("dcgan, batch 4, 2 steps", on: "AMD EPYC", ", float32")
        == "dcgan, batch 4, 2 steps on AMD EPYC, float32")
  }

  @Test func aLongNameHasALineOfItsOwn() {
    let device = "pthread-skylake-avx512-Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz"
    #expect(
      heading("linear-vae", on: device, ", register kernels in float32")
        == "linear-vae, register kernels in float32\n  on \(device)")
  }
}
