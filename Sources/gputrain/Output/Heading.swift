/// The first line of a table: what was done, on which device, and with which settings. The device has a second line
/// where one would be wider than 100 columns: drivers give a CPU a name of fifty characters and more.
func heading(_ what: String, on device: String, _ settings: String = "") -> String {
  let line = "\(what) on \(device)\(settings)"
  return line.count <= 100 ? line : "\(what)\(settings)\n  on \(device)"
}
