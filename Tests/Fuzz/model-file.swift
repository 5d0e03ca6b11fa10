import GenerativeModels

/// A model file is refused with one line, or described. A description gives the same in its own
/// text and in JSON, and makes a model with that description or is refused with one line.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let file = try ModelFile(parsing: bytes, path: "file")
    let again = try? ModelFile(parsing: Array(file.description.yaml.utf8), path: "again")
    precondition(again?.description == file.description, "a description changes in YAML")
    let json = try? ModelDescription(parsing: file.description.json())
    precondition(json == file.description, "a description changes in JSON")
    let model = try file.model()
    precondition(ModelDescription(model) == file.description, "a description changes in a model")
  } catch let error as ModelFileError {
    precondition(!error.description.contains("\n"), "an error has several lines")
  } catch {
    preconditionFailure("another error: \(error)")
  }
  return 0
}
