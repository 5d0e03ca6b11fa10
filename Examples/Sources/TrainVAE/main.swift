// Trains a small variational autoencoder on a folder of pictures, scaled to 28×28 pixels in grey.
//
//   swift run TrainVAE PICTURES/ OUTPUT/
import Datasets
import GPUTensor
import GenerativeModels
import Reports

let (pictures, output) = (CommandLine.arguments[1], CommandLine.arguments[2])
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
let data = try Dataset(folder: pictures, ImagePreparation(size: ImageSize(28), channels: 1))
let training = try Training(model, on: data, context: Context())
for _ in 1...5 { print(try training.runEpoch()) }
try training.save(to: "\(output)/glyphs.safetensors")
try ImageSheet().render(training.sample(25)).writePNG(to: "\(output)/samples.png")
