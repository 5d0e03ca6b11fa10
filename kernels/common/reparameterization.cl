// The reparameterization of a variational autoencoder (Kingma and Welling: "Auto-encoding
// variational Bayes", 2014). A row of the encoder's output has LATENT means μ, then LATENT log
// variances λ.
//
//   reparameterize            z = μ + ε exp(λ/2),  ε normal;   KL = −½ Σ (1 + λ − μ² − exp λ)
//   reparameterize_backward   dμ = dz + β μ;   dλ = ½ (dz ε exp(λ/2) + β (exp λ − 1))
//   reparameterize_weighted   z as above;   log p(z) − log q(z | μ, λ) = ½ Σ (λ + ε² − z²)
//
// The last is an importance weight's logarithm without the likelihood (Burda, Grosse and
// Salakhutdinov: "Importance weighted autoencoders", 2016). The backward pass draws ε again instead
// of reading it.
//
// Index map: work-item → row.

#ifndef LATENT
#define LATENT 16  // width of z
#endif

// WEIGHTED(x) is β x, with the weight β of the divergence (Higgins et al.: "β-VAE: Learning basic
// visual concepts with a constrained variational framework", 2017). It is 1, or BETA, which it
// reaches in WARMUP epochs.
#ifdef BETA
#define WEIGHTED(x) (BETA * fmin(1.0f, (state->epoch + 1.0f) / WARMUP) * (x))
#else
#define WEIGHTED(x) (x)
#endif

#include "philox.cl"
#include "step_state.cl"

// Returns ε of latents j … j + 3 of a row, which begins with a new counter.
static inline float4 noise4(uint2 seed, uint stream, uint step, uint row, uint j) {
  return normal4(random_bits(seed, stream, step, row * ((LATENT + 3) / 4) + j / 4));
}

// Loads numbers j … j + 3 of a row of latents; 0 after its end.
static inline float4 load_latents(__global const float *row, uint j) {
  if (LATENT % 4 == 0 || j + 4 <= LATENT) return vload4(0, row + j);
  return (float4)(row[j], LATENT % 4 > 1 ? row[j + 1] : 0.0f, LATENT % 4 > 2 ? row[j + 2] : 0.0f,
                  0.0f);
}

// Stores numbers j … j + 3 of a row of latents, up to its end.
static inline void store_latents(float4 v, __global float *row, uint j) {
  if (LATENT % 4 == 0 || j + 4 <= LATENT) {
    vstore4(v, 0, row + j);
  } else {
    row[j] = v.x;
    if (LATENT % 4 > 1) row[j + 1] = v.y;
    if (LATENT % 4 > 2) row[j + 2] = v.z;
  }
}

__kernel void reparameterize(const uint2 seed, const uint stream,
                             __global const StepState *state,
                             __global const float *restrict encoded,  // (rows, 2 LATENT): μ, λ
                             __global float *restrict z,              // (rows, LATENT)
                             __global float *restrict kl) {           // (rows)
  const uint row = get_global_id(0), step = state->step;
  __global const float *mean = encoded + row * 2 * LATENT, *log_variance = mean + LATENT;
  float4 sum = 0.0f;
  for (uint j = 0; j < LATENT; j += 4) {
    const float4 mu = load_latents(mean, j), lambda = load_latents(log_variance, j);
    const float4 sigma = exp(0.5f * lambda);
    store_latents(fma(noise4(seed, stream, step, row, j), sigma, mu), z + row * LATENT, j);
    sum += mu * mu + sigma * sigma - 1.0f - lambda;
  }
  kl[row] = 0.5f * (sum.x + sum.y + sum.z + sum.w);
}

__kernel void reparameterize_backward(const uint2 seed, const uint stream,
                                      __global const StepState *state,
                                      __global const float *restrict encoded,  // (rows, 2 LATENT)
                                      __global const float *restrict dz,       // (rows, LATENT)
                                      __global float *restrict dencoded) {     // (rows, 2 LATENT)
  const uint row = get_global_id(0), step = state->step;
  __global const float *mean = encoded + row * 2 * LATENT, *log_variance = mean + LATENT;
  __global float *dmean = dencoded + row * 2 * LATENT, *dlog_variance = dmean + LATENT;
  for (uint j = 0; j < LATENT; j += 4) {
    const float4 mu = load_latents(mean, j), sigma = exp(0.5f * load_latents(log_variance, j));
    const float4 d = load_latents(dz + row * LATENT, j);
    const float4 epsilon = noise4(seed, stream, step, row, j);
    store_latents(d + WEIGHTED(mu), dmean, j);
    store_latents(0.5f * (d * epsilon * sigma + WEIGHTED(fma(sigma, sigma, -1.0f))),
                  dlog_variance, j);
  }
}

__kernel void reparameterize_weighted(const uint2 seed, const uint stream,
                                      __global const StepState *state,
                                      __global const float *restrict encoded,  // (rows, 2 LATENT)
                                      __global float *restrict z,              // (rows, LATENT)
                                      __global float *restrict log_ratio) {    // (rows)
  const uint row = get_global_id(0), step = state->step;
  __global const float *mean = encoded + row * 2 * LATENT, *log_variance = mean + LATENT;
  float4 sum = 0.0f;
  for (uint j = 0; j < LATENT; j += 4) {
    const float4 mu = load_latents(mean, j), lambda = load_latents(log_variance, j);
    const float4 epsilon = noise4(seed, stream, step, row, j);
    const float4 latent = fma(epsilon, exp(0.5f * lambda), mu);
    store_latents(latent, z + row * LATENT, j);
    sum += lambda + epsilon * epsilon - latent * latent;
  }
  log_ratio[row] = 0.5f * (sum.x + sum.y + sum.z + sum.w);
}
