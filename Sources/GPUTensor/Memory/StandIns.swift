/// Tensors of the same shapes in other memory. Recorded launches run on them without changing the
/// tensors that they were recorded for. Stand-ins share memory if their tensors do.
package final class StandIns {
  private var buffers: [ObjectIdentifier: Buffer] = [:]

  /// Creates an empty set. A stand-in is created when it is first requested.
  package init() {}

  /// The stand-in for a tensor.
  package subscript(tensor: Tensor) -> Tensor {
    Tensor(
      buffer: self[tensor.buffer], shape: tensor.shape, elementType: tensor.elementType)
  }

  /// The stand-in for a training state.
  package subscript(state: StepState) -> StepState { StepState(tensor: self[state.tensor]) }

  /// Returns the launch with its tensors replaced by their stand-ins.
  func replacing(_ launch: Launch) -> Launch {
    var launch = launch
    launch.arguments = launch.arguments.map { argument in
      if case .tensor(let tensor) = argument { .tensor(self[tensor]) } else { argument }
    }
    return launch
  }

  private subscript(buffer: Buffer) -> Buffer {
    if let known = buffers[ObjectIdentifier(buffer)] { return known }
    let standIn = buffer.standIn { self[$0] }
    buffers[ObjectIdentifier(buffer)] = standIn
    return standIn
  }
}
