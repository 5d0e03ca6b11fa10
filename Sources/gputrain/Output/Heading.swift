/// The heading of a table: what was done, on which device, and with which settings. The device gets
/// a second line if one would be wider than 100 columns, since some drivers name a CPU with more
/// than fifty characters.
func heading(_ what: String, on device: String, _ settings: String = "") -> String {
  let line = "\(what) on \(device)\(settings)"
  return line.count <= 100 ? line : "\(what)\(settings)\n  on \(device)"
}
