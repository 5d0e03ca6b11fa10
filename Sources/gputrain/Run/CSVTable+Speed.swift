import Reports

extension CSVTable {
  /// The training speed in images per second, a mean over the epochs; 0 if no epoch trained.
  var meanImagesPerSecond: Double {
    // A run that was stopped after an epoch's last step trains nothing of it when it resumes.
    let rates = (numbers("images_per_second") ?? []).filter { $0 != 0 }
    return rates.reduce(0, +) / Double(max(rates.count, 1))
  }
}
