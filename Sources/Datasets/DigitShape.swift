/// A point or a displacement; x runs to the right, y down.
typealias Point = SIMD2<Float>

/// A variant of a digit's shape.
struct DigitShape {
  /// A movement of the pen: smooth curves through points. Each curve but the first begins at the
  /// end of the previous one, with a corner between them.
  typealias Stroke = [[Point]]

  /// The frequency of this variant, relative to the digit's others.
  let weight: Float
  /// The strokes, within the unit square.
  let strokes: [Stroke]

  /// The variants of each digit, 0 to 9.
  static let all: [[DigitShape]] = [
    [
      DigitShape(weight: 3, strokes: [[zero]]),
      DigitShape(weight: 1, strokes: [[zero.dropLast() + [[0.66, 0.06], [0.4, 0.12]]]]),
    ],
    [
      DigitShape(weight: 6, strokes: [[[[0.5, 0], [0.5, 0.5], [0.5, 1]]]]),
      DigitShape(weight: 2, strokes: [[[[0.25, 0.22], [0.52, 0]], [[0.51, 0.5], [0.5, 1]]]]),
      DigitShape(
        weight: 1,
        strokes: [
          [[[0.25, 0.22], [0.52, 0]], [[0.51, 0.5], [0.5, 1]]], [[[0.2, 1], [0.8, 0.99]]],
        ]),
    ],
    [
      DigitShape(
        weight: 2,
        strokes: [
          [
            [
              [0.1, 0.24], [0.28, 0.05], [0.58, 0.01], [0.82, 0.18], [0.76, 0.44], [0.45, 0.73],
              [0.1, 0.97],
            ], [[0.45, 0.94], [0.92, 0.96]],
          ]
        ]),
      DigitShape(
        weight: 1,
        strokes: [
          [
            [
              [0.1, 0.24], [0.33, 0.03], [0.68, 0.06], [0.8, 0.3], [0.62, 0.62], [0.32, 0.9],
              [0.12, 0.95], [0.1, 0.81], [0.3, 0.78], [0.6, 0.93], [0.95, 0.9],
            ]
          ]
        ]),
    ],
    [
      DigitShape(
        weight: 2,
        strokes: [
          [
            [[0.12, 0.13], [0.42, 0], [0.76, 0.1], [0.74, 0.33], [0.36, 0.47]],
            [[0.72, 0.53], [0.88, 0.74], [0.7, 0.95], [0.4, 1], [0.08, 0.87]],
          ]
        ]),
      DigitShape(
        weight: 1,
        strokes: [
          [
            [
              [0.12, 0.13], [0.45, 0], [0.76, 0.12], [0.7, 0.36], [0.5, 0.48], [0.75, 0.56],
              [0.86, 0.78], [0.65, 0.97], [0.35, 0.99], [0.1, 0.85],
            ]
          ]
        ]),
      DigitShape(
        weight: 0.5,
        strokes: [
          [
            [[0.1, 0.04], [0.5, 0.03], [0.82, 0.04]], [[0.62, 0.22], [0.42, 0.42]],
            [[0.76, 0.5], [0.86, 0.75], [0.62, 0.97], [0.1, 0.92]],
          ]
        ]),
    ],
    [
      DigitShape(
        weight: 3,
        strokes: [
          [[[0.2, 0.03], [0.12, 0.28], [0.12, 0.52]], [[0.48, 0.55], [0.86, 0.5]]],
          [[[0.82, 0.02], [0.76, 0.5], [0.72, 1]]],
        ]),
      DigitShape(
        weight: 1,
        strokes: [
          [
            [[0.22, 0.03], [0.1, 0.3], [0.2, 0.5], [0.5, 0.5], [0.8, 0.3], [0.84, 0.02]],
            [[0.8, 0.5], [0.74, 1]],
          ]
        ]),
      DigitShape(
        weight: 1,
        strokes: [
          [
            [[0.62, 1], [0.62, 0.5], [0.62, 0]], [[0.36, 0.32], [0.06, 0.64]], [[0.95, 0.62]],
          ]
        ]),
    ],
    [
      DigitShape(weight: 2, strokes: [[[[0.84, 0.04], [0.3, 0.06]]] + five]),
      DigitShape(
        weight: 1,
        strokes: [[[[0.3, 0.08]]] + five, [[[0.28, 0.07], [0.6, 0.06], [0.92, 0.01]]]]),
    ],
    [
      DigitShape(
        weight: 2,
        strokes: [
          [
            [
              [0.72, 0.01], [0.38, 0.22], [0.15, 0.6], [0.22, 0.9], [0.5, 1], [0.8, 0.84],
              [0.74, 0.6], [0.48, 0.54], [0.19, 0.74],
            ]
          ]
        ]),
      DigitShape(
        weight: 1,
        strokes: [
          [
            [
              [0.45, 0], [0.24, 0.3], [0.14, 0.66], [0.26, 0.94], [0.58, 0.99], [0.8, 0.8],
              [0.66, 0.6], [0.4, 0.66], [0.24, 0.84],
            ]
          ]
        ]),
    ],
    [
      DigitShape(weight: 3, strokes: [seven]),
      DigitShape(weight: 1, strokes: [seven, [[[0.32, 0.5], [0.8, 0.46]]]]),
      DigitShape(weight: 1, strokes: [[[[0.08, 0.26], [0.12, 0.08]]] + seven.map { $0 }]),
    ],
    [
      DigitShape(
        weight: 2,
        strokes: [
          [
            [
              [0.76, 0.14], [0.5, 0], [0.22, 0.14], [0.32, 0.36], [0.64, 0.58], [0.8, 0.82],
              [0.5, 1], [0.2, 0.84], [0.34, 0.6], [0.66, 0.38], [0.8, 0.16], [0.66, 0.05],
            ]
          ]
        ]),
      DigitShape(
        weight: 1,
        strokes: [
          [
            [
              [0.5, 0.46], [0.22, 0.3], [0.3, 0.06], [0.62, 0.02], [0.76, 0.22], [0.52, 0.46],
              [0.2, 0.72], [0.34, 0.97], [0.68, 0.96], [0.82, 0.72], [0.5, 0.46],
            ]
          ]
        ]),
    ],
    [
      DigitShape(weight: 2, strokes: [nine + [[[0.78, 0.55], [0.72, 1]]]]),
      DigitShape(weight: 1, strokes: [nine + [[[0.82, 0.5], [0.66, 0.88], [0.25, 0.97]]]]),
      DigitShape(weight: 1, strokes: [nine + [[[0.66, 0.6], [0.4, 1]]]]),
    ],
  ]

  private static let zero: [Point] = [
    [0.56, 0.01], [0.26, 0.14], [0.1, 0.5], [0.22, 0.86], [0.5, 0.99], [0.8, 0.83], [0.9, 0.48],
    [0.78, 0.14], [0.52, 0.02],
  ]
  private static let five: [[Point]] = [
    [[0.2, 0.44]],
    [[0.5, 0.37], [0.82, 0.55], [0.8, 0.82], [0.5, 0.99], [0.1, 0.92]],
  ]
  private static let seven: [[Point]] = [
    [[0.08, 0.08], [0.45, 0.08], [0.88, 0.05]], [[0.64, 0.45], [0.46, 1]],
  ]
  private static let nine: [[Point]] = [
    [[0.8, 0.18], [0.5, 0.01], [0.18, 0.2], [0.24, 0.44], [0.54, 0.46], [0.82, 0.16]]
  ]
}
