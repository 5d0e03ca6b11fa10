import ArgumentParser
import Datasets

/// How the files of a data set become images.
struct ImageOptions: ParsableArguments {
  @Option(
    help: """
      Scale images to SIDE, or to WIDTHxHEIGHT such as 64x48, and cut off what is outside. \
      (default: pictures get the model's size; other images stay as they are)
      """)
  var imageSize: String?

  @Option(
    help: """
      1 makes images grey, 3 gives them red, green and blue. (default: pictures get the model's; \
      other images stay as they are)
      """)
  var channels: Int?

  @Flag(help: "Make dark images light, and light ones dark.")
  var invert = false

  @Option(
    help: """
      The colour under transparent parts of pictures: black, white or six hexadecimal digits such \
      as ff8000. (default: white)
      """)
  var background: String?

  @Option(
    help: """
      A folder of validation images. (default: those that the data set has, otherwise a tenth of \
      its images)
      """, completion: .directory)
  var validation: String?

  @Option(
    help: """
      Hold out a random tenth of the images, drawn by this seed. (default: the last tenth by name)
      """)
  var splitSeed: Int?

  @Flag(help: "Leave out pictures that cannot be read, and count them.")
  var skipDamaged = false

  func validate() throws {
    var settings = RunSettings.blank
    fill(&settings)
    if let fault = settings.fault { throw ValidationError(fault) }
  }

  /// Sets the settings that the options give.
  func fill(_ settings: inout RunSettings) {
    settings.imageSize = imageSize ?? settings.imageSize
    settings.channels = channels ?? settings.channels
    settings.invert = invert ? true : settings.invert
    settings.background = background ?? settings.background
    settings.validation = validation ?? settings.validation
    settings.splitSeed = splitSeed ?? settings.splitSeed
    settings.skipDamaged = skipDamaged ? true : settings.skipDamaged
  }
}
