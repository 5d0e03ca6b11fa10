/// Tensors of the same shapes in other memory, so that recorded launches run without touching what
/// they were recorded for. Tensors that share memory have stand-ins that share memory.
package final class StandIns {
  private var buffers: [ObjectIdentifier: Buffer] = [:]

  /// No stand-ins yet: each is made when it is first asked for.
  package init() {}

  /// The stand-in for a tensor.
  package subscript(tensor: Tensor) -> Tensor {
    Tensor(
      buffer: self[tensor.buffer], shape: tensor.shape, elementType: tensor.elementType)
  }

  /// The stand-in for a training state.
  package subscript(state: StepState) -> StepState { StepState(tensor: self[state.tensor]) }

  /// The launch on the stand-ins of its tensors.
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
