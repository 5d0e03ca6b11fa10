import Files
import Foundation
import Reports
import TerminalGraphics

/// Shows a run on the terminal until it ends or the user quits.
struct LiveWatch {
  let folder: RunFolder
  let graphics: GraphicsChoice
  /// Seconds between two looks at the files.
  let interval: Double

  /// Shows the run on a screen of its own; once it has ended, leaves its last frame.
  ///
  /// - Throws: `InputError` if the folder disappears; `OutputError`.
  func run() throws {
    let screen = TerminalScreen()
    defer { screen.close() }
    var layout = graphics.layout(on: screen)
    screen.enterAlternate()
    var (stamp, next) = (RunStamp?.none, ContinuousClock.now)
    while true {
      if ContinuousClock.now >= next {
        next = .now + .seconds(interval)
        guard isFolder(folder.path) else {
          throw InputError(description: "\(folder.path) is not a folder any more")
        }
        let current = RunStamp(of: folder)
        if current != stamp {
          stamp = current
          var snapshot = RunSnapshot(of: folder)
          if snapshot.isFinal {
            // The last epoch may have been written while the files were read.
            snapshot = RunSnapshot(of: folder)
            screen.close()
            // The shell's prompt may take two lines.
            layout.rows = max(1, layout.rows - 1)
            return try StandardOutput.write(layout.frame(of: snapshot, folder, isLive: false).text)
          }
          draw(snapshot, layout, on: screen)
        }
      }
      switch screen.nextEvent() {
      case .none: break
      case .quit: return
      case .stop(let signal): screen.end(by: signal)
      case .redraw:
        layout.resize(to: screen.size)
        (stamp, next) = (nil, .now)
      }
    }
  }

  private func draw(_ snapshot: RunSnapshot, _ layout: WatchLayout, on screen: TerminalScreen) {
    let frame = layout.frame(of: snapshot, folder, isLive: true)
    let removal =
      layout.graphics == .kitty ? TerminalPicture.kittyRemoval(id: WatchLayout.kittyID) : ""
    // Half blocks are replaced like letters; other pictures stay until the screen is cleared.
    let isOverlaid = layout.graphics != .blocks && layout.graphics != .none
    screen.write(removal + frame.screen(clearing: isOverlaid))
  }
}

extension WatchLayout {
  /// Lays out a snapshot. While the run is live, the last line names the key that ends `watch`.
  func frame(of snapshot: RunSnapshot, _ folder: RunFolder, isLive: Bool) -> WatchFrame {
    let foot = [snapshot.remark(in: folder), isLive ? "q quits" : nil].compactMap(\.self)
    return frame(
      head: snapshot.head(path: folder.path), charts: snapshot.charts, sheet: snapshot.sheet,
      foot: foot.joined(separator: "; "))
  }

  /// Fits a terminal's size. The last column stays empty, and the last row for the cursor.
  mutating func resize(to size: TerminalScreen.Size) {
    (columns, rows) = (max(1, size.columns - 1), max(1, size.rows - 1))
    cell = size.cell ?? cell
  }
}
