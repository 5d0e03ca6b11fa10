// Draws samples from a checkpoint that TrainVAE has written, each as a PNG file.
//
//   swift run DrawSamples OUTPUT/glyphs.safetensors COUNT OUTPUT/
import GPUTensor
import GenerativeModels

// A checkpoint holds only parameters, by name. The model describes the layers.
let model = try VAE(
  name: "glyphs",
  encoder: Network(prefix: "encoder", input: 784) {
    Linear("fc1", to: 128); ReLU()
    Linear("fc2", to: 2 * 8)
  },
  decoder: Network(prefix: "decoder", input: 8) {
    Linear("fc1", to: 128); ReLU()
    Linear("fc2", to: 784); Sigmoid()
  })
let (path, count, output) = (
  CommandLine.arguments[1], Int(CommandLine.arguments[2]) ?? 1, CommandLine.arguments[3]
)
let checkpoint = try Checkpoint(contentsOf: path)
let sampler = try Sampler(model, checkpoint, on: Context())
for (number, image) in try sampler.sample(count, seed: 1).enumerated() {
  try image.writePNG(to: "\(output)/sample-\(number).png")
}
print("drew \(count) images of \(model.name) after epoch \(checkpoint.epoch ?? 0)")
