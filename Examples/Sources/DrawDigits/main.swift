// Draws digits that look handwritten as PNG files, to train on.
//
//   swift run DrawDigits COUNT PICTURES/
import Datasets
import Images

let (count, output) = (Int(CommandLine.arguments[1]) ?? 100, CommandLine.arguments[2])
let digits = SyntheticDigits.make(trainCount: count, validationCount: 0).train
for (number, image) in try Picture.tiles(digits.pixels, shape: .mnist).enumerated() {
  try image.writePNG(to: "\(output)/digit-\(number).png")
}
