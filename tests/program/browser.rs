//! A browser that looks at a page, where there is one.

use std::{fs, io::Read, path::Path, process::Command};

use super::Folder;

/// A headless Chromium.
pub struct Browser<'a> {
    name: &'static str,
    folder: &'a Folder,
}

/// What a page looks like.
#[derive(Debug)]
pub struct Shot {
    /// The mean brightness, 0–1.
    pub bright: f64,
    /// Pixels across.
    pub wide: u32,
}

impl<'a> Browser<'a> {
    /// The browser of this machine, with its profile in the folder; says so where there is none.
    pub fn find(folder: &'a Folder) -> Option<Self> {
        let names = ["chromium", "chromium-browser", "google-chrome"];
        let found = names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok());
        if found.is_none() {
            println!("skipped: none of {} is here to look at the page", names.join(", "));
        }
        found.map(|name| Self { name, folder })
    }

    fn run(&self, page: &Path, arguments: &[String]) -> Vec<u8> {
        let profile = self.folder.path("profile");
        let ran = Command::new(self.name)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--virtual-time-budget=4000",
            ])
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(arguments)
            .arg(format!("file://{}", page.display()))
            .output();
        ran.expect("the browser runs").stdout
    }

    /// The page's elements as they are once it is loaded and its scripts have run.
    pub fn dom(&self, page: &Path) -> String {
        String::from_utf8_lossy(&self.run(page, &["--dump-dom".to_owned()])).into_owned()
    }

    /// A picture of the page.
    pub fn shot(&self, page: &Path, width: u32, dark: bool) -> Shot {
        let picture = self.folder.path(&format!("{dark}-{width}.png"));
        self.run(
            page,
            &[
                format!("--screenshot={}", picture.display()),
                format!("--window-size={width},1600"),
                format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)),
            ],
        );
        look(&picture)
    }
}

/// What a PNG shows.
fn look(path: &Path) -> Shot {
    let png = fs::read(path).expect("a screenshot");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    let (width, height, channels) = (number(16), number(20), if png[25] == 6 { 4 } else { 3 });
    let (mut at, mut packed) = (8, Vec::new());
    while at + 8 <= png.len() {
        let length = number(at) as usize;
        if &png[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut raw = Vec::new();
    flate2::read::ZlibDecoder::new(&packed[..]).read_to_end(&mut raw).expect("a PNG");
    let row = width as usize * channels;
    let (mut before, mut sum) = (vec![0u8; row], 0u64);
    for line in raw.chunks(row + 1) {
        let mut now = line[1..].to_vec();
        for at in 0..row {
            let left = if at < channels { 0 } else { now[at - channels] };
            let corner = if at < channels { 0 } else { before[at - channels] };
            let (a, b, c) = (i32::from(left), i32::from(before[at]), i32::from(corner));
            let add = match line[0] {
                0 => 0,
                1 => a,
                2 => b,
                3 => i32::midpoint(a, b),
                _ => {
                    let [pa, pb, pc] = [(b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs()];
                    if pa <= pb && pa <= pc {
                        a
                    } else if pb <= pc {
                        b
                    } else {
                        c
                    }
                }
            };
            now[at] = now[at].wrapping_add(add as u8);
        }
        sum += now.iter().map(|&value| u64::from(value)).sum::<u64>();
        before = now;
    }
    Shot { bright: sum as f64 / (255.0 * f64::from(width * height) * channels as f64), wide: width }
}
