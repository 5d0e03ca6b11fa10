import Datasets

extension Dataset {
  /// SHA-256, in hexadecimal, of training pixels, training labels, validation pixels and validation
  /// labels, in this order, without the headers of their files. Computed once.
  package var contentHash: String {
    hash.value {
      Digest.sha256.hex(
        of: [
          train.storage, Pixels(train.labels ?? []), validation.storage,
          Pixels(validation.labels ?? []),
        ])
    }
  }
}
