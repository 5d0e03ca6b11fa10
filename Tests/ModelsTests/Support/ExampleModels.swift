import Foundation
import GenerativeModels
import ModelFiles

/// The file of a model in Examples/models.
func exampleModelFile(_ name: String) throws -> any GenerativeModel {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../Examples/models").standardized
  return try ModelFile(contentsOf: folder.appendingPathComponent("\(name).yaml").path).model()
}
