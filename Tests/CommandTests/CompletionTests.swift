import Files
import Foundation
import TestFiles
import Testing

/// Completion in bash, by the function that the program makes for it.
/// `scripts/test-completions` types in bash, zsh and fish.
@Suite struct CompletionTests {
  private static let script = #"""
    . <("$1" --generate-completion-script bash)
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE=$* COMP_POINT=${#COMP_LINE}
    _gputrain "$1" "${@: -1}" "${@: -2:1}"
    printf '%s\n' "${COMPREPLY[@]}"
    """#

  @Test(arguments: [
    (["tra"], ["train"]), (["train", "lin"], ["linear-gan", "linear-vae"]),
    (["sample", ""], ["runs", "runs 2", "z.safetensors"]),
    (["sample", "runs", "--out", "s"], ["s.png"]),
    (["evaluate", "runs", "z"], ["z.safetensors"]), (["train", "dcgan", "--out", "z"], []),
    (["train", "dcgan", "--dataset", "m"], ["mnist"]),
    (["train", "dcgan", "--dataset", "r"], ["runs", "runs 2"]),
    (["train", "dcgan", "--kernel-dir", "r"], ["runs", "runs 2"]),
    (["train", "dcgan", "--epochs", ""], []), (["data", "verify", "r"], ["runs", "runs 2"]),
  ])
  func offers(words: [String], completions: [String]) throws {
    let folder = try TemporaryFolder()
    for name in ["runs", "runs 2"] { try createFolder("\(folder.path)/\(name)") }
    for name in ["s.png", "z.safetensors", "z.txt"] {
      try AtomicFile.write("", to: "\(folder.path)/\(name)")
    }
    let outcome = try Gputrain.run(
      words, environment: ["SCRIPT": Self.script], in: folder.path,
      shell: #"exec bash -c "$SCRIPT" bash "$@""#)
    expectSuccess(outcome)
    #expect(outcome.stdoutLines.map(String.init).sorted() == completions)
  }
}
