extension RunComparison {
  /// The comparison with every number, for `--json`.
  var summary: Summary {
    Summary(
      epoch: epoch,
      settings: settings.map { setting in
        Summary.Setting(
          name: setting.name,
          values: Dictionary(
            zip(runs.map(\.path), setting.values).map { $0 }, uniquingKeysWith: { $1 }))
      },
      groups: groups.map { Summary.Group($0, after: epoch) }, notes: notes)
  }

  /// The fields of `--json`.
  struct Summary: Encodable {
    /// The epoch after which results are compared; nil if no run has one.
    let epoch: Int?
    let settings: [Setting]
    let groups: [Group]
    let notes: [String]

    /// A setting in which runs differ, with its values by the runs' paths.
    struct Setting: Encodable {
      let name: String
      let values: [String: String]
    }

    /// A group: its results as means over its runs, and the runs.
    struct Group: Encodable {
      let letter: String
      let name: String
      /// The metrics after the epoch.
      let results: [String: Spread]
      /// The last evaluations.
      let evaluation: [String: Spread]
      /// The number of runs that diverged.
      let diverged: Int
      /// The number of runs in which the discriminator won; nil for a VAE.
      let discriminatorWon: Int?
      let runs: [Run]
    }

    /// A run.
    struct Run: Encodable {
      let path: String
      let state: RunOverview.State
      let seed: String
      let device: String
      let epochs: Int
      let epochsDone: Int
      /// The metrics after the epoch.
      let results: [String: Double]
      /// The lowest validation loss up to the epoch.
      let best: RunOverview.Mark?
      /// The first epoch, up to that epoch, in which the discriminator won.
      let discriminatorWonIn: Int?
      let evaluationEpoch: Int?
      let evaluation: [String: Double]
      let imagesPerSecond: Double?
      let secondsPerEpoch: Double?
    }
  }
}

extension RunComparison.Summary.Group {
  fileprivate init(_ group: RunGroup, after epoch: Int?) {
    let runs = group.runs.map { RunComparison.Summary.Run($0, after: epoch) }
    func spreads(_ names: [String], _ values: (RunComparison.Summary.Run) -> [String: Double])
      -> [String: Spread]
    {
      names.reduce(into: [:]) { spreads, name in
        spreads[name] = Spread(runs.map { values($0)[name] })
      }
    }
    self.init(
      letter: group.letter, name: group.name,
      results: spreads(ComparedRun.metricNames, \.results),
      evaluation: spreads(Quantity.allCases.map(\.rawValue), \.evaluation),
      diverged: group.runs.count { $0.state == .diverged },
      discriminatorWon: group.metrics.contains("real_accuracy")
        ? runs.count { $0.discriminatorWonIn != nil } : nil,
      runs: runs)
  }
}

extension RunComparison.Summary.Run {
  fileprivate init(_ run: ComparedRun, after epoch: Int?) {
    let settings = run.record.settings
    let evaluated = run.evaluation?.values ?? [:]
    self.init(
      path: run.path, state: run.state, seed: "\(settings.seed)", device: settings.device,
      epochs: settings.epochs, epochsDone: run.epochs,
      results: run.metrics.reduce(into: [:]) { results, name in
        let value = epoch.flatMap { run.value(name, after: $0) }
        results[name] = value?.isFinite == true ? value : nil
      },
      best: epoch.flatMap { run.best(upTo: $0) },
      discriminatorWonIn: epoch.flatMap { run.epochLost(upTo: $0) },
      evaluationEpoch: run.evaluation?.epoch,
      evaluation: Dictionary(
        evaluated.filter(\.value.isFinite).map { ($0.key.rawValue, $0.value) },
        uniquingKeysWith: { $1 }),
      imagesPerSecond: run.imagesPerSecond, secondsPerEpoch: run.secondsPerEpoch)
  }
}
