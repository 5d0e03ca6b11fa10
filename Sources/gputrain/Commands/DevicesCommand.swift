import ArgumentParser
import GPUTensor

/// `gputrain devices`: what there is, and what would be chosen.
struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "Lists the OpenCL devices and the one that would be used.")

  @Option(help: "The device to choose: an index P:D, gpu, cpu or part of a name.")
  var device: String?

  func run() throws {
    let devices = try Devices.all()
    let chosen = try Devices.choose(device ?? DriverEnvironment.requestedDevice, from: devices)
    for device in devices {
      let mark = device.index == chosen.index ? "*" : " "
      try StandardOutput.print(
        """
        \(mark) \(device.index)  \(device.kind.rawValue)  \(device.name)
               platform  \(device.platform); driver \(device.driverVersion)
               language  \(device.languageVersion)
               memory    \(device.memory >> 20) MiB, buffers up to \
        \(device.maximumAllocation >> 20) MiB, local \(device.localMemory >> 10) KiB
               compute   \(device.computeUnits) units, groups up to \
        \(device.maximumWorkGroup), \(device.floatLanes) float lanes
        """)
    }
    try StandardOutput.print("* is used unless --device or GPUTRAIN_DEVICE says otherwise")
  }
}
