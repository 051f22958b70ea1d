//! Adapter of the analyst port by rules (CON-7).
