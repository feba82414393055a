//! The screens that answer the two questions: how often does a customer come, and what do they take.

pub mod affinity;
pub mod customer;
pub mod customers;
pub mod overview;
