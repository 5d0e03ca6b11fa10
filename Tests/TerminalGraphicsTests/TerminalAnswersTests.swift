import Testing

@testable import TerminalGraphics

@Suite struct TerminalAnswersTests {
  private func parse(_ text: String) -> TerminalAnswers {
    TerminalAnswers(parsing: Array(text.replacing("E", with: "\u{1B}").utf8))
  }

  @Test func kittyAnswers() {
    // As by kitty 0.26.
    let answers = parse("E_Gi=31;OKE\\E[6;18;9tE[?62;c")
    #expect(answers.hasKitty && !answers.hasSixel && answers.areComplete)
    #expect(answers.cell == TerminalPicture.Cell(width: 9, height: 18))
  }

  @Test func xtermAnswers() {
    // As by xterm 379 with -ti vt340.
    let answers = parse("E[6;15;8tE[?63;1;2;4;6;9;15;16;22;28c")
    #expect(!answers.hasKitty && answers.hasSixel && answers.areComplete)
    #expect(answers.cell == TerminalPicture.Cell(width: 8, height: 15))
    let colours = parse("E[?1;0;16SE[?63;4c")
    #expect(answers.adding(colours).sixelColours == 16)
  }

  @Test func otherAnswers() {
    #expect(!parse("E[?64;44;14c").hasSixel && parse("E[?64;44;14c").areComplete)
    #expect(parse("E_Gi=31;ENOTSUPPORTED:noE\\").hasKitty == false)
    #expect(parse("E[6;99999999999999999999;0tE[?1;0;99999999999999999999S").cell == nil)
    for text in ["", "E", "E[?6", "E[?1;3S", "xyzE[6;0;0tE["] {
      #expect(parse(text) == TerminalAnswers(parsing: []))
    }
  }

  @Test func keysThatQuit() {
    for key in ["q", "Q", "\u{3}", "\u{1B}", "xq"] {
      #expect(TerminalScreen.asksToQuit(Array(key.utf8)))
    }
    // Other keys, an arrow, and a late answer.
    for key in ["x", "\u{1B}[A", "\u{1B}_Gi=31;OK\u{1B}\\", "\u{1A}"] {
      #expect(!TerminalScreen.asksToQuit(Array(key.utf8)))
    }
  }
}
