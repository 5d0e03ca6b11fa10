import ArgumentParser
import Datasets
import KnownDatasets

/// The completions of options that several commands have.
extension CompletionKind {
  /// Files with weights, and run folders, which stand for their last checkpoints.
  static var safetensors: Self { .file(extensions: ["safetensors"]) }

  /// The words that `--device` accepts on every machine.
  static var device: Self { .list(["gpu", "cpu"]) }

  /// The names of data sets, and folders. The parser has no kind for both, so in bash and fish a
  /// command lists them. In zsh that would add a space after a folder, so `addingDatasets` adds the
  /// names to the script instead.
  static var dataset: Self {
    let names = "printf '%s\\n' \(datasets)"
    return switch CompletionShell.requesting {
    case .bash: .shellCommand(#"\#(names); compgen -d -- "$cur""#)
    case .fish: .shellCommand("\(names); __fish_complete_directories (commandline -t) ''")
    default: .directory
    }
  }

  /// The names of models, and model files; as for `dataset`, `addingNames` adds the names for zsh.
  static var model: Self {
    let names = "printf '%s\\n' \(models)"
    return switch CompletionShell.requesting {
    case .bash:
      .shellCommand(
        #"\#(names); compgen -d -- "$cur"; compgen -f -- "$cur" | grep -E '[.]ya?ml$'"#)
    case .fish: .shellCommand("\(names); __fish_complete_suffix .yaml")
    default: .file(extensions: ["yaml", "yml"])
    }
  }

  /// Adds the names of data sets and models to a completion script of zsh; returns any other script
  /// unchanged. A folder keeps its slash, since without one `--dataset` takes the word for a name.
  static func addingNames(to script: String) -> String {
    script.replacing(/:(dataset|name):_files -\//) { match in
      let names = #""names\:data set\:(\#(datasets))""#
      return #":\#(match.1):{_alternative \#(names) "folders\:folder\:_files -/ -S/"}"#
    }.replacing(/:model:_files -g [^:]*\*\.yml'\\''/) { _ in
      let names = #""names\:model\:(\#(models))""#
      return #":model:{_alternative \#(names) "files\:model file\:_files -g \*.\(yaml\|yml\)"}"#
    }
  }

  private static var models: String { ModelName.allValueStrings.joined(separator: " ") }

  private static var datasets: String {
    (KnownDataset.all.map(\.name) + [SyntheticDigits.name]).joined(separator: " ")
  }
}
