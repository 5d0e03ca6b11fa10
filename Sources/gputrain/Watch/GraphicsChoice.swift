import ArgumentParser
import Foundation
import Reports
import TerminalGraphics

/// How pictures are drawn in the terminal, as the user asks for it.
enum GraphicsChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, kitty, sixel, blocks, none

  /// Makes the layout for a terminal, which is asked what it can draw.
  func layout(on screen: TerminalScreen) -> WatchLayout {
    let environment = ProcessInfo.processInfo.environment
    let terminal = Terminal(isTTY: true, environment: environment)
    var layout = WatchLayout(
      columns: 80, rows: 24, style: TerminalStyle(for: terminal, environment: environment),
      graphics: self == .blocks ? .blocks : .none)
    layout.resize(to: screen.size)
    if self == .none || self == .blocks { return layout }
    // The text console shows the question for kitty's protocol; others in between drop it.
    let isBetween = !(environment["TMUX"] ?? "").isEmpty || !(environment["STY"] ?? "").isEmpty
    let canAsk = !isBetween && environment["TERM"] != "linux"
    let answers = screen.ask(kitty: canAsk)
    layout.cell = screen.size.cell ?? answers.cell ?? layout.cell
    let isKitty = !isBetween && !(environment["KITTY_WINDOW_ID"] ?? "").isEmpty
    layout.graphics = graphics(answers, isKitty: isKitty)
    return layout
  }

  private func graphics(_ answers: TerminalAnswers, isKitty: Bool) -> WatchLayout.Graphics {
    let sixel = WatchLayout.Graphics.sixel(colours: min(256, max(2, answers.sixelColours ?? 256)))
    return switch self {
    case .kitty: .kitty
    case .sixel: sixel
    case .auto: answers.hasKitty || isKitty ? .kitty : answers.hasSixel ? sixel : .blocks
    case .blocks: .blocks
    case .none: .none
    }
  }
}
