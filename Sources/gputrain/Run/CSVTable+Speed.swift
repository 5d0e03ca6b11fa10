import Reports

extension CSVTable {
  /// The mean over a run's epochs of the images per second in training; 0 where none has any.
  var meanImagesPerSecond: Double {
    // A run that was stopped behind an epoch's last step trains nothing of it when it goes on.
    let rates = (numbers("images_per_second") ?? []).filter { $0 != 0 }
    return rates.reduce(0, +) / Double(max(rates.count, 1))
  }
}
