// The files of kernels/, embedded as they are: the binary needs none of them beside it.

#include "kernels.h"

#define BEGIN(name) static const char name[] = {
#define END , 0};

BEGIN(activation)
#embed "../../kernels/activation.cl"
END
BEGIN(adam)
#embed "../../kernels/adam.cl"
END
BEGIN(batch)
#embed "../../kernels/batch.cl"
END
BEGIN(bce)
#embed "../../kernels/bce.cl"
END
BEGIN(column_sums)
#embed "../../kernels/column_sums.cl"
END
BEGIN(conv2d)
#embed "../../kernels/conv2d.cl"
END
BEGIN(conv2d_one_channel)
#embed "../../kernels/conv2d_one_channel.cl"
END
BEGIN(conv2d_phases)
#embed "../../kernels/conv2d_phases.cl"
END
BEGIN(conv2d_winograd)
#embed "../../kernels/conv2d_winograd.cl"
END
BEGIN(conv2d_workgroup)
#embed "../../kernels/conv2d_workgroup.cl"
END
BEGIN(copy)
#embed "../../kernels/copy.cl"
END
BEGIN(cross_entropy)
#embed "../../kernels/cross_entropy.cl"
END
BEGIN(cubic_kernel)
#embed "../../kernels/cubic_kernel.cl"
END
BEGIN(dropout)
#embed "../../kernels/dropout.cl"
END
BEGIN(epilogue)
#embed "../../kernels/epilogue.cl"
END
BEGIN(gan_loss)
#embed "../../kernels/gan_loss.cl"
END
BEGIN(gemm)
#embed "../../kernels/gemm.cl"
END
BEGIN(gemm_workgroup)
#embed "../../kernels/gemm_workgroup.cl"
END
BEGIN(group_sum)
#embed "../../kernels/group_sum.cl"
END
BEGIN(group_tile)
#embed "../../kernels/group_tile.cl"
END
BEGIN(meter)
#embed "../../kernels/meter.cl"
END
BEGIN(mma_emulation)
#embed "../../kernels/mma_emulation.cl"
END
BEGIN(neighbours)
#embed "../../kernels/neighbours.cl"
END
BEGIN(peaks)
#embed "../../kernels/peaks.cl"
END
BEGIN(philox)
#embed "../../kernels/philox.cl"
END
BEGIN(random)
#embed "../../kernels/random.cl"
END
BEGIN(register_tile)
#embed "../../kernels/register_tile.cl"
END
BEGIN(reparameterization)
#embed "../../kernels/reparameterization.cl"
END
BEGIN(split_sums)
#embed "../../kernels/split_sums.cl"
END
BEGIN(step)
#embed "../../kernels/step.cl"
END
BEGIN(step_state)
#embed "../../kernels/step_state.cl"
END
BEGIN(tensor_core)
#embed "../../kernels/tensor_core.cl"
END
BEGIN(vector)
#embed "../../kernels/vector.cl"
END

#define FILE_ENTRY(name) {#name ".cl", name}

static const gputrain_kernel_file files[] = {
    FILE_ENTRY(activation), FILE_ENTRY(adam), FILE_ENTRY(batch), FILE_ENTRY(bce),
    FILE_ENTRY(column_sums), FILE_ENTRY(conv2d), FILE_ENTRY(conv2d_one_channel), FILE_ENTRY(conv2d_phases),
    FILE_ENTRY(conv2d_winograd), FILE_ENTRY(conv2d_workgroup), FILE_ENTRY(copy),
    FILE_ENTRY(cross_entropy), FILE_ENTRY(cubic_kernel), FILE_ENTRY(dropout), FILE_ENTRY(epilogue),
    FILE_ENTRY(gan_loss), FILE_ENTRY(gemm), FILE_ENTRY(gemm_workgroup), FILE_ENTRY(group_sum),
    FILE_ENTRY(group_tile), FILE_ENTRY(meter), FILE_ENTRY(mma_emulation), FILE_ENTRY(neighbours),
    FILE_ENTRY(peaks), FILE_ENTRY(philox), FILE_ENTRY(random), FILE_ENTRY(register_tile),
    FILE_ENTRY(reparameterization), FILE_ENTRY(split_sums), FILE_ENTRY(step),
    FILE_ENTRY(step_state), FILE_ENTRY(tensor_core), FILE_ENTRY(vector),
};

size_t gputrain_kernel_file_count(void) { return sizeof files / sizeof *files; }

gputrain_kernel_file gputrain_kernel_file_at(size_t index) { return files[index]; }
