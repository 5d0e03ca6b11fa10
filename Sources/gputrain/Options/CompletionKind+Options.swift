import ArgumentParser
import Datasets
import KnownDatasets

/// What shells offer for options that several commands take.
extension CompletionKind {
  /// Weights, and folders: a run's stands for its last checkpoint.
  static var safetensors: Self { .file(extensions: ["safetensors"]) }

  /// The words of `--device` that mean something on every machine.
  static var device: Self { .list(["gpu", "cpu"]) }

  /// The names of data sets, and folders. The parser has no kind for both. In bash and fish a
  /// command lists them. In zsh a space would follow such a folder, so `addingDatasets` adds the
  /// names to the script.
  static var dataset: Self {
    let names = "printf '%s\\n' \(datasets)"
    return switch CompletionShell.requesting {
    case .bash: .shellCommand(#"\#(names); compgen -d -- "$cur""#)
    case .fish: .shellCommand("\(names); __fish_complete_directories (commandline -t) ''")
    default: .directory
    }
  }

  /// A script of completions in which zsh offers the names for `dataset` too; any other text as
  /// it is. The slash after a folder stays, since without it `--dataset` takes a name.
  static func addingDatasets(to script: String) -> String {
    script.replacing(/:(dataset|name):_files -\//) { match in
      let names = #""names\:data set\:(\#(datasets))""#
      return #":\#(match.1):{_alternative \#(names) "folders\:folder\:_files -/ -S/"}"#
    }
  }

  private static var datasets: String {
    (KnownDataset.all.map(\.name) + [SyntheticDigits.name]).joined(separator: " ")
  }
}
