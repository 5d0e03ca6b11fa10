import Files

/// A run whose files a test writes by hand, as far as commands read them without a model.
struct WrittenRun {
  var model = "linear-vae"
  var seed = 1
  var epochs = 2
  var learningRate = 0.001
  var device = "device"
  /// More fields of run.json, each as `"name": value`.
  var fields: [String] = []
  /// The header of metrics.csv.
  var header = "epoch,train_loss,val_loss,seconds,images_per_second"
  /// Its rows, without the epochs and the times.
  var rows: [String]

  /// The header of a GAN's metrics.csv.
  static let headerOfGAN =
    "epoch,d_loss,g_loss,real_accuracy,fake_accuracy,seconds,"
    + "images_per_second"

  /// Writes run.json and metrics.csv.
  func write(to folder: String) throws {
    let more = fields.map { ", " + $0 }.joined()
    try createFolder(folder)
    try AtomicFile.write(
      """
      {"model": "\(model)", "dataset": "digits", "epochs": \(epochs), "batch_size": 64,
      "learning_rate": \(learningRate), "beta1": 0.9, "seed": "\(seed)", "sample_every": 5,
      "checkpoint_every": 10, "tensorboard": true, "kernels": "register", "convolution": "auto",
      "device": "\(device)", "data_sha256": "d", "train_images": 100, "validation_images": 10,
      "beta2": 0.999, "epsilon": 1e-8, "kernels_sha256": "k", "platform": "p", "driver": "d",
      "version": "0", "command": ["gputrain"]\(more)}
      """, to: folder + "/run.json")
    let lines = rows.enumerated().map { "\($0 + 1),\($1),2,50\n" }
    try AtomicFile.write(header + "\n" + lines.joined(), to: folder + "/metrics.csv")
  }
}
