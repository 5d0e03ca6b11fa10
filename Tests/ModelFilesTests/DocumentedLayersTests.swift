import Files
import Foundation
import Testing

@testable import GenerativeModels

/// The list of layers in docs/model-files.md.
@Suite struct DocumentedLayersTests {
  @Test func everyWordAndEveryFieldIsDocumented() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/model-files.md").standardized.path
    let text = String(decoding: try readFile(path: path, maximumBytes: 1 << 20), as: UTF8.self)
    for layer in LayerWord.all {
      #expect(text.contains("`\(layer.word)"), "\(layer.word)")
      for field in layer.fields where !layer.isScalar {
        #expect(text.contains("`\(field.name)"), "\(layer.word): \(field.name)")
      }
    }
  }
}
