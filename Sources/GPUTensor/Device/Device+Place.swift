import COpenCL

extension Device {
  /// Returns a device's place in its machine, which tells devices of one name apart: its address on
  /// the PCI bus, such as `0000:41:00.0`, or else its UUID. Nil if the driver gives neither.
  ///
  /// The keys are those of the extensions cl_khr_pci_bus_info, cl_nv_device_attribute_query,
  /// cl_amd_device_attribute_query and cl_khr_device_uuid.
  static func place(of id: cl_device_id) -> String? {
    if let words = words(id, 0x410F, count: 4) {
      return address(domain: words[0], bus: words[1], device: words[2], function: words[3])
    }
    if let bus = words(id, 0x4008, count: 1)?[0], let slot = words(id, 0x4009, count: 1)?[0] {
      let domain = words(id, 0x400A, count: 1)?[0] ?? 0
      return address(domain: domain, bus: bus, device: slot >> 3, function: slot & 7)
    }
    // The type, which is 1 for PCI, and in the last three bytes bus, device and function.
    if let words = words(id, 0x4037, count: 6), words[0] == 1 {
      let last = words[5]
      return address(
        domain: 0, bus: last >> 8 & 255, device: last >> 16 & 255, function: last >> 24)
    }
    guard let words = words(id, 0x106A, count: 4), words.contains(where: { $0 != 0 }) else {
      return nil
    }
    return words.map { hex($0.byteSwapped, digits: 8) }.joined()
  }

  private static func address(
    domain: UInt32, bus: UInt32, device: UInt32, function: UInt32
  ) -> String {
    "\(hex(domain, digits: 4)):\(hex(bus, digits: 2)):\(hex(device, digits: 2)).\(function)"
  }

  private static func hex(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// The value of a query of exactly `count` words; nil if the driver does not know it.
  private static func words(_ id: cl_device_id, _ key: UInt32, count: Int) -> [UInt32]? {
    var words = [UInt32](repeating: 0, count: count)
    var size = 0
    guard clGetDeviceInfo(id, key, 4 * count, &words, &size) == CL_SUCCESS, size == 4 * count
    else { return nil }
    return words
  }
}
