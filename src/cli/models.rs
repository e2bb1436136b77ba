//! `stancemark models`

use clap::Args;
use stancemark::{model, write::grouped};

use super::{
    Outcome,
    terminal::{self, BOLD, DIM, RED, styled},
};

/// List the models that can be found, and the ONNX Runtime library.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  stancemark models\n\n\
    A model is a folder with model.onnx, tokenizer.json and model.toml; put it into `models/`, or name it with --model.")]
pub struct Models {
    /// As JSON, one line a model
    #[arg(long)]
    json: bool,
}

impl Models {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let mut text = String::new();
        for (path, opened) in model::list() {
            match opened {
                Ok(folder) if self.json => {
                    let card = serde_json::to_value(&folder.card)?;
                    text += &serde_json::json!({"path": path, "card": card}).to_string();
                    text.push('\n');
                }
                Ok(folder) => {
                    let card = &folder.card;
                    let bytes: u64 = card.files.values().map(|file| file.bytes).sum();
                    text += &format!(
                        "{} {}  task {}, {} KB  {}\n    {}\n",
                        styled(BOLD, &card.name),
                        card.version,
                        card.task,
                        grouped(bytes.div_ceil(1000)),
                        styled(DIM, path.display()),
                        card.description
                    );
                }
                Err(error) if self.json => {
                    text += &serde_json::json!({"path": path, "error": error.to_string()}).to_string();
                    text.push('\n');
                }
                Err(error) => text += &format!("{}  {error}\n", styled(RED, path.display())),
            }
        }
        if !self.json {
            if text.is_empty() {
                text += "no models found: put a folder into models/, or set STANCEMARK_MODELS\n";
            }
            text += &match model::library_path() {
                Some(path) => format!("ONNX Runtime: {}\n", path.display()),
                None => "ONNX Runtime: not found; `make onnxruntime` fetches it\n".to_owned(),
            };
        }
        terminal::print(&text)?;
        Ok(Outcome::Done)
    }
}
