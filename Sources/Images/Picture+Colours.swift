extension Picture {
  /// Returns the picture with 3 channels or, for any other number, in grey.
  ///
  /// Grey becomes equal red, green and blue. Colours become their luma as by Pillow's
  /// `convert("L")`: (19595 red + 38470 green + 7471 blue) / 65536, rounded.
  public func converted(to channels: Int) -> Picture {
    let isColoured = channels == 3
    guard isColoured != (self.channels == 3) else { return self }
    let shape = ImageShape(height: height, width: width, channels: isColoured ? 3 : 1)
    return pixels.withUnsafeBufferPointer { source in
      Picture(shape: shape) { target in
        for pixel in 0..<width * height {
          if isColoured {
            for channel in 0..<3 { target[3 * pixel + channel] = source[pixel] }
          } else {
            let (red, green) = (Int32(source[3 * pixel]), Int32(source[3 * pixel + 1]))
            let blue = Int32(source[3 * pixel + 2])
            let luma = (19595 &* red &+ 38470 &* green &+ 7471 &* blue &+ 0x8000) >> 16
            target[pixel] = UInt8(truncatingIfNeeded: luma)
          }
        }
      }
    }
  }

  /// The picture with every byte v replaced by 255 − v.
  public var inverted: Picture {
    pixels.withUnsafeBufferPointer { source in
      Picture(shape: shape) { target in
        for index in source.indices { target[index] = 255 - source[index] }
      }
    }
  }

  /// Makes a picture from (height, width, channels + 1) values, of which the last of a pixel is its
  /// alpha. They are blended with a background as by Pillow's `paste`. The picture has colours if
  /// they or the background have.
  init(
    height: Int, width: Int, blending samples: [UInt8], channels: Int, with background: Colour
  ) {
    let shown = background.isGrey ? channels : 3
    let back = [background.red, background.green, background.blue]
    self = samples.withUnsafeBufferPointer { source in
      Picture(shape: ImageShape(height: height, width: width, channels: shown)) { target in
        for pixel in 0..<width * height {
          let start = pixel * (channels + 1)
          let alpha = Int(source[start + channels])
          for channel in 0..<shown {
            let front = Int(source[start + min(channel, channels - 1)])
            target[pixel * shown + channel] = dividedBy255(
              Int(back[channel]) * (255 - alpha) + front * alpha)
          }
        }
      }
    }
  }

  /// Makes a picture from (height, width, 4) values of cyan, magenta, yellow and black, each
  /// inverted: 255 is no ink. The conversion is Pillow's.
  init(height: Int, width: Int, invertedCMYK samples: [UInt8]) {
    self = samples.withUnsafeBufferPointer { source in
      Picture(shape: ImageShape(height: height, width: width, channels: 3)) { target in
        for pixel in 0..<width * height {
          let light = source[4 * pixel + 3]
          for channel in 0..<3 {
            let ink = 255 - source[4 * pixel + channel]
            target[3 * pixel + channel] = light - dividedBy255(Int(ink) * Int(light))
          }
        }
      }
    }
  }
}

/// Divides a product of two bytes, or a sum of two with factors that add up to 255, by 255. Rounds.
private func dividedBy255(_ product: Int) -> UInt8 {
  let sum = product + 128
  return UInt8(truncatingIfNeeded: ((sum >> 8) + sum) >> 8)
}
