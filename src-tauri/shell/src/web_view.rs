//! What is special about WebKitGTK: the page is a process of its own, which may die or have to be ended.

use tauri::{Runtime, WebviewWindow};

/// Calls `died` whenever the process of the window's page has ended, but not when we have ended it ourselves.
#[cfg(target_os = "linux")]
pub(crate) fn on_death<R: Runtime>(
    window: &WebviewWindow<R>,
    died: impl Fn() + Send + 'static,
) -> tauri::Result<()> {
    use webkit2gtk::{WebProcessTerminationReason, WebViewExt};

    window.with_webview(move |webview| {
        webview.inner().connect_web_process_terminated(move |_, reason| {
            if reason != WebProcessTerminationReason::TerminatedByApi {
                died();
            }
        });
    })
}

/// Ends the process of the window's page, if it has one, and loads the page again. What hangs hears nothing else.
#[cfg(target_os = "linux")]
pub(crate) fn load_again<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    window.with_webview(|webview| {
        let view = webview.inner();
        view.terminate_web_process();
        view.reload();
    })
}

/// Elsewhere the system's web view starts its processes anew by itself.
#[cfg(not(target_os = "linux"))]
pub(crate) fn on_death<R: Runtime>(_: &WebviewWindow<R>, _: impl Fn() + Send + 'static) -> tauri::Result<()> {
    Ok(())
}

/// Loads the page again.
#[cfg(not(target_os = "linux"))]
pub(crate) fn load_again<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.reload()
}
