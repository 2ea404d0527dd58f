"""The descriptions of automatic actions in getAvailableActions, in its order (context.md 14)."""

DESCRIPTIONS = {
    "CommentCreationMoveTaskColumn": "Add a comment log when moving the task between columns",
    "SubtaskTimerMoveTaskColumn": "Add a subtask and activate the timer when moving a task to another column",
    "TaskAssignCategorySwimlaneChange": "Assign a category when the task is moved to a specific swimlane",
    "TaskAssignColorUser": "Assign a color to a specific user",
    "TaskAssignColorColumn": "Assign a color when the task is moved to a specific column",
    "TaskAssignColorSwimlane": "Assign a color when the task is moved to a specific swimlane",
    "TaskAssignPrioritySwimlane": "Assign a priority when the task is moved to a specific swimlane",
    "TaskAssignCurrentUserColumnIfNoUserAlreadySet": (
        "Assign a task to the logged user on column change to specified column if no user is assigned"
    ),
    "TaskAssignCategoryColor": "Assign automatically a category based on a color",
    "TaskAssignCategoryLink": "Assign automatically a category based on a link",
    "TaskAssignColorCategory": "Assign automatically a color based on a category",
    "TaskAssignColorPriority": "Assign automatically a color based on a priority",
    "TaskAssignColorOnDueDate": "Assign automatically a color when due date is expired",
    "TaskAssignColorOnStartDate": "Assign automatically a color when preset start date is reached",
    "TaskAssignSpecificUser": "Assign the task to a specific user",
    "TaskAssignUserSwimlaneChange": "Assign the task to a specific user when the task is moved to a specific swimlane",
    "TaskAssignCreator": "Assign the task to its creator",
    "TaskAssignToUserOnCreationInColumn": (
        "Assign the task to its creator for specific columns if no assignee is set manually"
    ),
    "TaskAssignCurrentUser": "Assign the task to the person who does the action",
    "TaskAssignCurrentUserColumn": "Assign the task to the person who does the action when the column is changed",
    "TaskAssignDueDateOnCreation": "Automatically set the due date on task creation",
    "TaskAssignDueDateOnMoveColumn": (
        "Automatically set the due date when the task is moved away from a specific column"
    ),
    "TaskUpdateStartDate": "Automatically update the start date",
    "TaskUpdateStartDateOnMoveColumn": (
        "Automatically update the start date when the task is moved away from a specific column"
    ),
    "TaskAssignColorLink": "Change task color when using a specific task link",
    "TaskCloseColumn": "Close a task in a specific column",
    "TaskCloseNotMovedColumn": "Close a task in a specific column when not moved during a given period",
    "TaskCloseNoActivity": "Close a task when there is no activity",
    "TaskCloseNoActivityColumn": "Close a task when there is no activity in a specific column",
    "TaskDuplicateAnotherProject": "Duplicate the task to another project",
    "TaskMoveColumnOnStartDate": "Move the task to another column once a predefined start date is reached",
    "TaskMoveColumnAssigned": "Move the task to another column when assigned to a user",
    "TaskMoveColumnUnAssigned": "Move the task to another column when assignee is cleared",
    "TaskMoveColumnClosed": "Move the task to another column when closed",
    "TaskMoveColumnNotMovedPeriod": "Move the task to another column when not moved during a given period",
    "TaskMoveColumnCategoryChange": "Move the task to another column when the category is changed",
    "TaskMoveColumnOnDueDate": (
        "Move the task to another column when the due date is less than a certain number of days"
    ),
    "TaskMoveAnotherProject": "Move the task to another project",
    "TaskMoveSwimlaneAssigned": "Move the task to another swimlane when assigned to a user",
    "TaskMoveSwimlaneCategoryChange": "Move the task to another swimlane when the category is changed",
    "TaskEmail": "Send a task by email to someone",
    "TaskEmailNoActivity": "Send email when there is no activity on a task",
    "StopSubtaskTimerMoveTaskColumn": "Stop the timer of all subtasks when moving a task to another column",
}
