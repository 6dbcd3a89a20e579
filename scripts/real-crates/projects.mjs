/** Real Rust projects, with their dependencies from the registry that cargo is set up for. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Unavailable } from '../demo/packages.mjs';

/** A server as people write them: some 230 crates, C code among them. */
const WEB_DEPENDENCIES = `
anyhow = "1"
axum = { version = "0.7", features = ["macros", "multipart", "ws"] }
chrono = { version = "0.4", features = ["serde"] }
clap = { version = "4", features = ["derive"] }
regex = "1"
reqwest = { version = "0.12", default-features = false, features = ["json", "rustls-tls"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
thiserror = "2"
tokio = { version = "1", features = ["full"] }
tower-http = { version = "0.6", features = ["full"] }
tracing = "0.1"
tracing-subscriber = { version = "0.3", features = ["env-filter", "json"] }
uuid = { version = "1", features = ["v4", "serde"] }
`;

const WEB_SOURCE = `use axum::{extract::{Path, State}, routing::get, Json, Router};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tower_http::{compression::CompressionLayer, trace::TraceLayer};

#[derive(Clone, Serialize, Deserialize)]
struct Item { id: uuid::Uuid, name: String, made: chrono::DateTime<chrono::Utc> }

#[derive(thiserror::Error, Debug)]
enum Problem { #[error("no item {0}")] Missing(usize) }

#[derive(clap::Parser)]
struct Options { #[arg(long, default_value_t = 8080)] port: u16, #[arg(long)] peer: Option<String> }

async fn item(Path(index): Path<usize>, State(items): State<Arc<Vec<Item>>>) -> Result<Json<Item>, String> {
    items.get(index).cloned().map(Json).ok_or_else(|| Problem::Missing(index).to_string())
}

fn app(items: Vec<Item>) -> Router {
    Router::new()
        .route("/items/{index}", get(item))
        .layer(CompressionLayer::new())
        .layer(TraceLayer::new_for_http())
        .with_state(Arc::new(items))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().json().with_env_filter("info").init();
    let options = <Options as clap::Parser>::parse();
    let mut items = vec![Item { id: uuid::Uuid::new_v4(), name: "first".into(), made: chrono::Utc::now() }];
    if let Some(peer) = options.peer { items.extend(reqwest::get(peer).await?.json::<Vec<Item>>().await?); }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", options.port)).await?;
    axum::serve(listener, app(items)).await?;
    Ok(())
}

#[test]
fn names() { assert!(regex::Regex::new("^[a-z]+$").unwrap().is_match("first")); }
`;

/**
 * `source` gives the crate to build; `middle` is the crate from the registry that is edited: it lies in the project then.
 */
export const RUST_PROJECTS = {
  ripgrep: { title: 'ripgrep 14.1.1', middle: 'globset', source: publishedCrate('ripgrep', '14.1.1') },
  web: { title: 'a server with axum', middle: 'axum-core', source: writtenCrate(WEB_DEPENDENCIES, WEB_SOURCE) },
};

/** A crate as it was published, with its lock file. */
function publishedCrate(name, version) {
  return (folder) => {
    // A program is no dependency, but its source comes with those.
    const asking = `${folder}.asking`;
    writeCrate(asking, `${name} = "=${version}"`, '');
    runCargo(['vendor', '--quiet'], asking);
    cpSync(join(asking, 'vendor', name), folder, { recursive: true });
    rmSync(asking, { recursive: true });
  };
}

function writtenCrate(dependencies, source) {
  return (folder) => writeCrate(folder, dependencies, source);
}

function writeCrate(folder, dependencies, source) {
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(
    join(folder, 'Cargo.toml'),
    `[package]\nname = "project"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n${dependencies}\n`,
  );
  writeFileSync(join(folder, 'src/main.rs'), source || 'fn main() {}\n');
}

/** Runs cargo, which downloads what is not there, and gives its output. */
function runCargo(words, folder) {
  try {
    const options = { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] };
    return execFileSync('cargo', words, options);
  } catch (error) {
    throw new Unavailable(`cargo ${words.join(' ')} in ${folder}:\n${error.stderr || error.message}`);
  }
}

function packagesOf(folder) {
  return JSON.parse(runCargo(['metadata', '--format-version', '1'], folder)).packages;
}

/** Lays a project out in a folder. Gives the source of its crate in the middle. */
export function layProject({ source, middle }, folder) {
  rmSync(folder, { recursive: true, force: true });
  source(folder);
  const { manifest_path } = packagesOf(folder).find((one) => one.name === middle);
  cpSync(dirname(manifest_path), join(folder, middle), { recursive: true });
  appendFileSync(join(folder, 'Cargo.toml'), `\n[patch.crates-io]\n${middle} = { path = "${middle}" }\n`);
  packagesOf(folder);
  return join(folder, middle, 'src/lib.rs');
}
