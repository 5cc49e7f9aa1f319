//! Tells Tauri where this repository keeps what it would look for beside `Cargo.toml`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The context macro embeds `ui/dist`; a fresh clone has not built the pages yet.
    std::fs::create_dir_all("ui/dist")?;
    for folder in ["src-tauri/capabilities", "src-tauri/permissions", "ui/dist", "tauri.conf.json", "icons"] {
        println!("cargo:rerun-if-changed={folder}");
    }
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/*.json")
        .app_manifest(
            tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/*.toml"),
        );
    tauri_build::try_build(attributes)?;
    Ok(())
}
