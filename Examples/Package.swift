// swift-tools-version: 6.1
import PackageDescription

let gputrain = "gputrain"

let package = Package(
  name: "examples",
  dependencies: [.package(name: gputrain, path: "..")],
  targets: [
    .executableTarget(
      name: "DrawDigits", dependencies: [.product(name: "GenerativeModels", package: gputrain)]),
    .executableTarget(
      name: "TrainVAE", dependencies: [.product(name: "GenerativeModels", package: gputrain)]),
    .executableTarget(
      name: "DrawSamples", dependencies: [.product(name: "GenerativeModels", package: gputrain)]),
    .executableTarget(
      name: "MatrixProduct", dependencies: [.product(name: "GPUTensor", package: gputrain)]),
  ],
  swiftLanguageModes: [.v6]
)
