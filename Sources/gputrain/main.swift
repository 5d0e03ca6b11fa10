import Foundation
import GPUTensor
import Models

DriverEnvironment.prepare()
let devices = try Devices.all()
print(devices)
let context = try Context(device: try Devices.choose(nil, from: devices))
func pixels(_ f: String) throws -> [UInt8] {
  Array([UInt8](try Data(contentsOf: URL(fileURLWithPath: "/tmp/mnist/\(f)")))[16...])
}
let t0 = Date()
let o = TrainingOptions(for: LinearVAE.self)
let train = try ImageStore(
  context, pixels: try pixels("train-images-idx3-ubyte"), count: 60000, batchSize: 64,
  label: "train")
let val = try ImageStore(
  context, pixels: try pixels("t10k-images-idx3-ubyte"), count: 10000, batchSize: 64, label: "val")
let trainer = try VAETrainer(LinearVAE.self, o, train: train, validation: val, on: context)
try CommandList.compile(trainer.lists)
print("compiled", Date().timeIntervalSince(t0))
try trainer.initialize()
try trainer.step.run(); try context.finish()
print("first", Date().timeIntervalSince(t0))
for l in trainer.step.launches { print(l.label, l.variant.function, l.global) }
for e in 1...Int(CommandLine.arguments.dropFirst().first ?? "1")! {
  let t = Date()
  let l = try trainer.trainEpoch { _ in }
  let t2 = Date()
  print(e, try trainer.metrics(after: l), t2.timeIntervalSince(t), Date().timeIntervalSince(t2))
}
