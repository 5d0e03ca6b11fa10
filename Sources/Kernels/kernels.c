// Embeds the files of kernels/ in the binary, which then needs none of them at run time.

#include "kernels.h"

#define BEGIN(name) static const char name[] = {
#define END , 0};

// Kernels for all devices.
BEGIN(activation)
#embed "../../kernels/common/activation.cl"
END
BEGIN(adam)
#embed "../../kernels/common/adam.cl"
END
BEGIN(batch)
#embed "../../kernels/common/batch.cl"
END
BEGIN(batch_norm)
#embed "../../kernels/common/batch_norm.cl"
END
BEGIN(bce)
#embed "../../kernels/common/bce.cl"
END
BEGIN(conv2d_shape)
#embed "../../kernels/common/conv2d_shape.cl"
END
BEGIN(copy)
#embed "../../kernels/common/copy.cl"
END
BEGIN(cross_entropy)
#embed "../../kernels/common/cross_entropy.cl"
END
BEGIN(cubic_kernel)
#embed "../../kernels/common/cubic_kernel.cl"
END
BEGIN(dropout)
#embed "../../kernels/common/dropout.cl"
END
BEGIN(epilogue)
#embed "../../kernels/common/epilogue.cl"
END
BEGIN(gan_loss)
#embed "../../kernels/common/gan_loss.cl"
END
BEGIN(group_sum)
#embed "../../kernels/common/group_sum.cl"
END
BEGIN(labels)
#embed "../../kernels/common/labels.cl"
END
BEGIN(meter)
#embed "../../kernels/common/meter.cl"
END
BEGIN(neighbours)
#embed "../../kernels/common/neighbours.cl"
END
BEGIN(peaks)
#embed "../../kernels/common/peaks.cl"
END
BEGIN(philox)
#embed "../../kernels/common/philox.cl"
END
BEGIN(random)
#embed "../../kernels/common/random.cl"
END
BEGIN(reparameterization)
#embed "../../kernels/common/reparameterization.cl"
END
BEGIN(silu)
#embed "../../kernels/common/silu.cl"
END
BEGIN(squared_error)
#embed "../../kernels/common/squared_error.cl"
END
BEGIN(step)
#embed "../../kernels/common/step.cl"
END
BEGIN(step_state)
#embed "../../kernels/common/step_state.cl"
END
BEGIN(upsample)
#embed "../../kernels/common/upsample.cl"
END
BEGIN(vector)
#embed "../../kernels/common/vector.cl"
END

// Register-tile kernels, for CPUs.
BEGIN(conv2d)
#embed "../../kernels/cpu/conv2d.cl"
END
BEGIN(conv2d_4x4)
#embed "../../kernels/cpu/conv2d_4x4.cl"
END
BEGIN(conv2d_few_channels)
#embed "../../kernels/cpu/conv2d_few_channels.cl"
END
BEGIN(conv2d_one_channel)
#embed "../../kernels/cpu/conv2d_one_channel.cl"
END
BEGIN(conv2d_phases)
#embed "../../kernels/cpu/conv2d_phases.cl"
END
BEGIN(conv2d_phases_weight)
#embed "../../kernels/cpu/conv2d_phases_weight.cl"
END
BEGIN(conv2d_weight)
#embed "../../kernels/cpu/conv2d_weight.cl"
END
BEGIN(conv2d_winograd)
#embed "../../kernels/cpu/conv2d_winograd.cl"
END
BEGIN(conv2d_winograd_weight)
#embed "../../kernels/cpu/conv2d_winograd_weight.cl"
END
BEGIN(filter_taps)
#embed "../../kernels/cpu/filter_taps.cl"
END
BEGIN(gemm)
#embed "../../kernels/cpu/gemm.cl"
END
BEGIN(phases)
#embed "../../kernels/cpu/phases.cl"
END
BEGIN(register_tile)
#embed "../../kernels/cpu/register_tile.cl"
END
BEGIN(two_taps)
#embed "../../kernels/cpu/two_taps.cl"
END
BEGIN(winograd)
#embed "../../kernels/cpu/winograd.cl"
END
BEGIN(winograd_data)
#embed "../../kernels/cpu/winograd_data.cl"
END

// Work-group-tile kernels, for GPUs.
BEGIN(column_sums)
#embed "../../kernels/gpu/column_sums.cl"
END
BEGIN(conv2d_workgroup)
#embed "../../kernels/gpu/conv2d_workgroup.cl"
END
BEGIN(gemm_workgroup)
#embed "../../kernels/gpu/gemm_workgroup.cl"
END
BEGIN(group_tile)
#embed "../../kernels/gpu/group_tile.cl"
END
BEGIN(mma_emulation)
#embed "../../kernels/gpu/mma_emulation.cl"
END
BEGIN(split_sums)
#embed "../../kernels/gpu/split_sums.cl"
END
BEGIN(tensor_core)
#embed "../../kernels/gpu/tensor_core.cl"
END

#define FILE_ENTRY(folder, name) {#folder, #name ".cl", name}

static const gputrain_kernel_file files[] = {
    FILE_ENTRY(common, activation), FILE_ENTRY(common, adam), FILE_ENTRY(common, batch),
    FILE_ENTRY(common, batch_norm), FILE_ENTRY(common, bce), FILE_ENTRY(common, conv2d_shape),
    FILE_ENTRY(common, copy),
    FILE_ENTRY(common, cross_entropy), FILE_ENTRY(common, cubic_kernel),
    FILE_ENTRY(common, dropout), FILE_ENTRY(common, epilogue), FILE_ENTRY(common, gan_loss),
    FILE_ENTRY(common, group_sum), FILE_ENTRY(common, labels), FILE_ENTRY(common, meter),
    FILE_ENTRY(common, neighbours),
    FILE_ENTRY(common, peaks), FILE_ENTRY(common, philox), FILE_ENTRY(common, random),
    FILE_ENTRY(common, reparameterization), FILE_ENTRY(common, silu),
    FILE_ENTRY(common, squared_error), FILE_ENTRY(common, step),
    FILE_ENTRY(common, step_state), FILE_ENTRY(common, upsample), FILE_ENTRY(common, vector),
    FILE_ENTRY(cpu, conv2d), FILE_ENTRY(cpu, conv2d_4x4),
    FILE_ENTRY(cpu, conv2d_few_channels), FILE_ENTRY(cpu, conv2d_one_channel),
    FILE_ENTRY(cpu, conv2d_phases), FILE_ENTRY(cpu, conv2d_phases_weight),
    FILE_ENTRY(cpu, conv2d_weight), FILE_ENTRY(cpu, conv2d_winograd),
    FILE_ENTRY(cpu, conv2d_winograd_weight), FILE_ENTRY(cpu, filter_taps), FILE_ENTRY(cpu, gemm),
    FILE_ENTRY(cpu, phases),
    FILE_ENTRY(cpu, register_tile), FILE_ENTRY(cpu, two_taps), FILE_ENTRY(cpu, winograd),
    FILE_ENTRY(cpu, winograd_data),
    FILE_ENTRY(gpu, column_sums), FILE_ENTRY(gpu, conv2d_workgroup),
    FILE_ENTRY(gpu, gemm_workgroup), FILE_ENTRY(gpu, group_tile), FILE_ENTRY(gpu, mma_emulation),
    FILE_ENTRY(gpu, split_sums), FILE_ENTRY(gpu, tensor_core),
};

size_t gputrain_kernel_file_count(void) { return sizeof files / sizeof *files; }

gputrain_kernel_file gputrain_kernel_file_at(size_t index) { return files[index]; }
