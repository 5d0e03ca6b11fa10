import TestFiles
import TestSupport
import Testing

@testable import GPUTensor

@Suite struct DevicesTests {
  private let devices: [Device]

  init() throws { devices = try testDevices.get() }

  @Test func thereIsADevice() { #expect(!devices.isEmpty) }

  @Test func aDeviceIsChosenByIndexKindAndName() throws {
    let device = try Devices.choose(nil, from: devices)
    #expect(try Devices.choose(device.index, from: devices).index == device.index)
    #expect(try Devices.choose(device.kind.rawValue, from: devices).kind == device.kind)
    let part = String(device.name.dropFirst(2).prefix(8)).uppercased()
    #expect(try Devices.choose(part, from: devices).name == device.name)
  }

  @Test func aMissingDeviceIsReportedWithTheAvailableOnes() {
    let error = #expect(throws: DeviceError.self) {
      try Devices.choose("no such device", from: devices)
    }
    #expect(
      error == .noMatch(request: "no such device", available: devices.map(\.description)))
  }

  @Test func withoutDevicesTheErrorSaysWhatToInstall() {
    let error = #expect(throws: DeviceError.self) { try Devices.choose("gpu", from: []) }
    #expect(error?.description.contains("pocl-opencl-icd") == true)
  }

  @Test func aDriverThatDoesNotLoad() throws {
    #expect(Driver(library: "libz.so.1").state() == .isOther)
    guard case .doesNotLoad(let reason) = Driver(library: "libnosuch.so").state() else {
      Issue.record("it loads")
      return
    }
    #expect(reason.hasPrefix("libnosuch.so: cannot open shared object file"))
    let file = try TemporaryFolder().path + "/a.icd"
    #expect(
      Driver(file: file).report.hasPrefix(
        "\(file) cannot be loaded (no library can be read from it): "))
  }

  @Test func aDeviceHasThePropertiesThatKernelsNeed() {
    for device in devices {
      #expect(device.floatLanes >= 1 && device.computeUnits >= 1)
      #expect(device.memory > 0 && device.maximumAllocation > 0)
      #expect(device.bufferAlignment % 64 == 0)
    }
  }
}
