import ArgumentParser
import GPUTensor

/// `gputrain devices`: lists the devices, and the one that would be used.
struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "Lists the OpenCL devices and the one that would be used.")

  @Option(
    help: "The device to choose: an index P:D, gpu, cpu or part of a name.", completion: .device)
  var device: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  /// What --json prints, in snake case.
  private struct Listing: Encodable {
    let devices: [Entry]
    /// The index of the device that would be used, and why.
    let chosen: String
    let reason: String
    let drivers: [String]
    let remarks: [String]

    struct Entry: Encodable {
      let index: String
      let kind: String
      let name: String
      let platform: String
      let driver: String
      let place: String?
      let language: String
      let memoryBytes: Int
      let largestBufferBytes: Int
      let localMemoryBytes: Int
      let computeUnits: Int
      let largestGroup: Int
      let floatLanes: Int

      init(_ device: Device) {
        (index, kind, name) = (device.index, device.kind.rawValue, device.name)
        (platform, driver) = (device.platform, device.driverVersion)
        (place, language) = (device.place, device.languageVersion)
        (memoryBytes, largestBufferBytes) = (device.memory, device.maximumAllocation)
        (localMemoryBytes, computeUnits) = (device.localMemory, device.computeUnits)
        (largestGroup, floatLanes) = (device.maximumWorkGroup, device.floatLanes)
      }
    }
  }

  /// Why a device was chosen, and how to choose another.
  private func reason(for chosen: Device) -> String {
    if let device { return "--device \(device) asks for it" }
    if let request = DriverEnvironment.requestedDevice, !request.isEmpty {
      return "GPUTRAIN_DEVICE=\(request) asks for it"
    }
    let otherwise = "To change: --device or GPUTRAIN_DEVICE."
    if chosen.kind == .gpu { return "the first GPU. \(otherwise)" }
    guard DriverEnvironment.hidesNVIDIA else { return "no GPU driver found. \(otherwise)" }
    return """
      NVIDIA's driver is there, but not registered. As root: echo \
      \(DriverEnvironment.nvidiaLibrary) > \(DriverEnvironment.vendorFolder)/nvidia.icd
      """
  }

  func run() throws {
    let (devices, remarks) = try AbruptEnd.openDevices()
    let chosen = try Devices.choose(device, from: devices)
    if json {
      let listing = Listing(
        devices: devices.map(Listing.Entry.init), chosen: chosen.index, reason: reason(for: chosen),
        drivers: DriverEnvironment.drivers.map(\.report), remarks: remarks)
      return try StandardOutput.print(try listing.jsonText())
    }
    for device in devices {
      let mark = device.index == chosen.index ? "*" : " "
      try StandardOutput.print(
        """
        \(mark) \(device.index)  \(device.kind.rawValue)  \(device.name)
               platform  \(device.platform); driver \(device.driverVersion)\
        \(device.place.map { "\n       place     \($0)" } ?? "")
               language  \(device.languageVersion)
               memory    \(device.memory >> 20) MiB, buffers up to \
        \(device.maximumAllocation >> 20) MiB, local \(device.localMemory >> 10) KiB
               compute   \(device.computeUnits) units, groups up to \
        \(device.maximumWorkGroup), \(device.floatLanes) float lanes
        """)
    }
    for remark in remarks { try StandardOutput.print(remark) }
    try StandardOutput.print("drivers registered:")
    for driver in DriverEnvironment.drivers { try StandardOutput.print("  \(driver.report)") }
    try StandardOutput.print(
      "Using \(chosen.index) (\(chosen.kind.rawValue.uppercased())): \(reason(for: chosen))")
  }
}
