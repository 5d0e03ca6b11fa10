// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "gputrain",
  products: [
    .executable(name: "gputrain", targets: ["gputrain"]),
    // Device, memory, command lists and operations alone.
    .library(name: "GPUTensor", targets: ["GPUTensor"]),
    // The models, with all modules whose types its users meet.
    .library(
      name: "GenerativeModels",
      targets: ["GenerativeModels", "GPUTensor", "Datasets", "SafeTensors", "Images", "Reports"]),
    // Files that describe models.
    .library(name: "ModelFiles", targets: ["ModelFiles"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // System libraries, one folder each.
    .systemLibrary(
      name: "COpenCL", pkgConfig: "OpenCL",
      providers: [.apt(["ocl-icd-opencl-dev", "opencl-headers"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CScheduler"),
    .systemLibrary(name: "CLAPACK", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // The ground: modules that know nothing above them.
    .target(name: "Kernels"),
    // Needs the packages libstb-dev and fonts-dejavu-core.
    .target(name: "CFont"),
    .target(name: "Files"),
    .target(name: "Protobuf"),
    .target(name: "Reference"),
    .target(name: "SafeTensors", dependencies: ["Files"]),
    .target(name: "Images", dependencies: ["CPNG", "CJPEG", "CZlib", "Files"]),
    .target(name: "Statistics", dependencies: ["CLAPACK"]),
    .target(name: "Datasets", dependencies: ["CZlib", "Files", "Images"]),
    .target(name: "KnownDatasets", dependencies: ["CCrypto", "Datasets", "Files"]),
    .target(name: "Reports", dependencies: ["CFont", "Files", "Images", "Protobuf"]),
    .target(name: "TerminalGraphics", dependencies: ["Files", "Images", "Reports"]),

    // The way up: device, models, their evaluation, commands.
    .target(name: "GPUTensor", dependencies: ["COpenCL", "CScheduler", "Kernels", "Files"]),
    .target(
      name: "GenerativeModels",
      dependencies: ["GPUTensor", "Datasets", "SafeTensors", "Images", "Files"],
      path: "Sources/Models"),
    .target(
      name: "ModelFiles",
      dependencies: ["GenerativeModels", "Files", .product(name: "Yams", package: "Yams")]),
    .target(name: "ONNX", dependencies: ["GenerativeModels", "SafeTensors", "Protobuf"]),
    .target(name: "Evaluation", dependencies: ["GenerativeModels", "GPUTensor", "Statistics"]),
    .target(
      name: "Explorer",
      dependencies: [
        "GenerativeModels", "GPUTensor", "Images", "KnownDatasets", "Reports", "Statistics",
      ],
      resources: [.embedInCode("Page")]),
    .executableTarget(
      name: "gputrain",
      dependencies: [
        "Evaluation", "Explorer", "ONNX", "ModelFiles", "GenerativeModels", "GPUTensor",
        "KnownDatasets", "Datasets", "SafeTensors", "Statistics", "TerminalGraphics", "Reports",
        "Images", "Reference", "Files", "CMalloc",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(name: "TestFiles", dependencies: ["CZlib"], path: "Tests/TestFiles"),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestFiles"]),
    .testTarget(name: "ReferenceTests", dependencies: ["Reference"]),
    .testTarget(name: "SafeTensorsTests", dependencies: ["SafeTensors"]),
    .testTarget(
      name: "ImagesTests", dependencies: ["Images", "CZlib", "TestFiles"],
      resources: [.copy("Pictures")]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "KnownDatasets", "Files", "Images", "TestFiles"],
      resources: [.copy("Arrays")]),
    .testTarget(name: "ProtobufTests", dependencies: ["Protobuf"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "Images"]),
    .testTarget(name: "TerminalGraphicsTests", dependencies: ["TerminalGraphics", "Images"]),
    .target(
      name: "TestSupport", dependencies: ["GPUTensor", "Reference"], path: "Tests/TestSupport"),
    .testTarget(
      name: "GPUTensorTests", dependencies: ["GPUTensor", "Reference", "TestFiles", "TestSupport"]),
    .testTarget(
      name: "ModelsTests",
      dependencies: [
        "GenerativeModels", "GPUTensor", "Datasets", "Images", "KnownDatasets", "Evaluation",
        "ModelFiles", "Reference", "SafeTensors", "Statistics", "TestSupport",
      ],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "ModelFilesTests",
      dependencies: ["ModelFiles", "GenerativeModels", "Files", "TestFiles"]),
    .testTarget(
      name: "ONNXTests", dependencies: ["ONNX", "GenerativeModels", "SafeTensors"]),
    .testTarget(
      name: "ExplorerTests",
      dependencies: ["Explorer", "GenerativeModels", "GPUTensor", "KnownDatasets"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "gputrain", "ModelFiles", "Evaluation", "GenerativeModels", "KnownDatasets", "Datasets",
        "GPUTensor", "SafeTensors", "TerminalGraphics", "Reports", "Images", "Files", "TestFiles",
        "TestSupport",
      ],
      exclude: ["Support/FaultyDriver.c"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu2x
)

// Optimizing the tests takes longer than it saves: what they test is optimized.
for target in package.targets where target.type == .test {
  target.swiftSettings = [.unsafeFlags(["-Onone"], .when(configuration: .release))]
}
