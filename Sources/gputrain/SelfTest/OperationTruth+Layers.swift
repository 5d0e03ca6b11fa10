import GPUTensor
import Reference

/// Layers without parameters.
extension OperationTruth {
  mutating func upsample(_ x: Tensor, _ factor: Int, _ y: Tensor) throws -> Trial {
    let (numbers, maps) = (try draw(x), ReferenceMaps(x))
    return Trial(outputs: [
      Trial.Output(tensors[y]) {
        Double(numbers[ReferenceUpsample.source(of: $0, maps, factor: factor)])
      }
    ])
  }

  mutating func upsampleBackward(
    _ dy: Tensor, _ factor: Int, _ epilogue: Epilogue, _ dx: Tensor
  ) throws -> Trial {
    guard case .gradient(let activation, let dropped, let x) = epilogue else {
      return Trial(outputs: [])
    }
    let gradient = try draw(dy)
    let outputs = try drawOutputs(activation, dropped, x)
    let maps = ReferenceMaps(dx)
    return Trial(outputs: [
      Trial.Output(
        tensors[dx], products: factor * factor, typicalNorm: euclideanNorm(gradient)
      ) {
        ReferenceUpsample.backward(at: $0, gradient, maps, factor: factor)
          * Self.derivative(activation, dropped, at: outputs[$0])
      }
    ])
  }

  mutating func silu(_ x: Tensor, _ dropout: DropoutMask?, _ y: Tensor) throws -> Trial {
    let numbers = try draw(x)
    if let dropout { try setState(dropout.state) }
    let mask = mask(dropout, length: x.columns, channels: x.shape.last ?? 1)
    return Trial(outputs: [
      Trial.Output(tensors[y]) { ReferenceSiLU.value(Double(numbers[$0])) * mask($0) }
    ])
  }

  mutating func siluBackward(_ dy: Tensor, _ epilogue: Epilogue, _ dx: Tensor) throws -> Trial {
    guard case .gradient(let activation, let dropped, let x) = epilogue else {
      return Trial(outputs: [])
    }
    let gradient = try draw(dy)
    let outputs = try drawOutputs(activation, dropped, x)
    return Trial(outputs: [
      Trial.Output(tensors[dx]) {
        Double(gradient[$0]) * ReferenceSiLU.derivative(Double(outputs[$0]))
          * Self.derivative(activation, dropped, at: outputs[$0])
      }
    ])
  }
}

/// Labels that join examples.
extension OperationTruth {
  mutating func joinLabels(_ x: Tensor, _ labels: Tensor, _ y: Tensor) throws -> Trial {
    let numbers = try draw(x)
    let channels = x.shape.last ?? 1
    let (positions, classes) = (x.columns / channels, (y.shape.last ?? 1) - channels)
    let shown = try drawBytes(labels, below: UInt32(classes))
    return Trial(outputs: [
      Trial.Output(tensors[y]) {
        Double(
          ReferenceLabels.joined(
            at: $0, numbers, shown, positions: positions, channels: channels, classes: classes))
      }
    ])
  }

  mutating func joinLabelsBackward(
    _ dy: Tensor, _ epilogue: Epilogue, _ dx: Tensor
  ) throws -> Trial {
    guard case .gradient(let activation, let dropped, let x) = epilogue else {
      return Trial(outputs: [])
    }
    let gradient = try draw(dy)
    let outputs = try drawOutputs(activation, dropped, x)
    let channels = dx.shape.last ?? 1
    let classes = (dy.shape.last ?? 1) - channels
    return Trial(outputs: [
      Trial.Output(tensors[dx]) {
        Double(gradient[ReferenceLabels.place(of: $0, channels: channels, classes: classes)])
          * Self.derivative(activation, dropped, at: outputs[$0])
      }
    ])
  }
}

extension ReferenceMaps {
  /// The maps of a tensor, (images, height, width, channels).
  fileprivate init(_ x: Tensor) {
    self.init(batch: x.shape[0], height: x.shape[1], width: x.shape[2], channels: x.shape[3])
  }
}
