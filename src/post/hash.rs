//! Numbers from bytes, the same on every machine and in every version: files and samples rest on them.

/// 64 bits of bytes: FNV-1a, scattered.
pub(crate) fn hashed(bytes: &[u8]) -> u64 {
    scattered(
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }),
    )
}

/// Scatters the bits of a number (SplitMix64's last step).
pub(crate) fn scattered(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
