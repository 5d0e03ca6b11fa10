import Datasets

/// A public data set: its archives, their addresses and their digests.
package struct KnownDataset: Equatable, Sendable {
  /// A check that a file is the right one.
  package enum Check: Equatable, Sendable {
    /// SHA-256 of the unpacked file, so that the compression does not matter.
    case content(sha256: String)
    /// MD5 of the gzip archive; an unpacked copy can be checked for form only.
    case archive(md5: String)
  }

  /// The archives of a set. Digests are in lower-case hexadecimal.
  enum Contents: Equatable, Sendable {
    /// Four files in MNIST's format, each in an archive of its own.
    case idx([DataFile: Check])
    /// CIFAR-10's binary version in one archive.
    case cifar10(md5: String)
  }

  /// The name on the command line, and of the folder that `DatasetFetcher` fills.
  package let name: String
  /// The folder in torchvision's layout, relative to the data folder; nil if torchvision has the
  /// set in another format.
  package let torchvisionFolder: String?
  /// The addresses of the archives, the preferred one first; each ends with a slash.
  package let mirrors: [String]
  /// The archives.
  let contents: Contents

  /// The sets that the program knows.
  package static let all = [mnist, fashionMNIST, kmnist, cifar10]

  /// Handwritten digits (LeCun, Cortes, Burges).
  package static let mnist = KnownDataset(
    name: "mnist", torchvisionFolder: "MNIST/raw",
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    contents: .idx([
      .trainImages: .content(
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
      .trainLabels: .content(
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
      .validationImages: .content(
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
      .validationLabels: .content(
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ]))

  /// Pictures of clothes (Xiao, Rasul, Vollgraf: Fashion-MNIST, 2017).
  package static let fashionMNIST = KnownDataset(
    name: "fashion-mnist", torchvisionFolder: "FashionMNIST/raw",
    mirrors: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
    contents: .idx([
      .trainImages: .archive(md5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
      .trainLabels: .archive(md5: "25c81989df183df01b3e8a0aad5dffbe"),
      .validationImages: .archive(md5: "bef4ecab320f06d8554ea6380940ec79"),
      .validationLabels: .archive(md5: "bb300cfdad3c16e7a12a480ee83cd310"),
    ]))

  /// Cursive Japanese characters (Clanuwat et al.: Deep Learning for Classical Japanese Literature,
  /// 2018).
  package static let kmnist = KnownDataset(
    name: "kmnist", torchvisionFolder: "KMNIST/raw",
    mirrors: ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
    contents: .idx([
      .trainImages: .archive(md5: "bdb82020997e1d708af4cf47b453dcf7"),
      .trainLabels: .archive(md5: "e144d726b3acfaa3e44228e80efcd344"),
      .validationImages: .archive(md5: "5c965bf0a639b31b8f53240b1b52f4d7"),
      .validationLabels: .archive(md5: "7320c461ea6c1c855c0b718fb2a4b134"),
    ]))

  /// Colour photographs of animals and vehicles (Krizhevsky: Learning multiple layers of features
  /// from tiny images, 2009).
  package static let cifar10 = KnownDataset(
    name: "cifar-10", torchvisionFolder: nil,
    mirrors: ["https://www.cs.toronto.edu/~kriz/"],
    contents: .cifar10(md5: "c32a1d4ab5d03f1284b67883e8d87530"))
}
